"""The screens over the boards, by the name of the key that shows them."""

from __future__ import annotations

from rproc_tui.controller.controller import Controller
from rproc_tui.tui.screens.board_screen import BoardScreen
from rproc_tui.tui.wall_time import WallTime

OVERVIEW = "overview"


def make_screen(name: str, controller: Controller, wall: WallTime) -> BoardScreen:
    """A screen other than the overview, imported when it is asked for the first time; KeyError for a strange name."""
    if name == "trace":
        from rproc_tui.tui.screens.trace import TraceScreen  # noqa: PLC0415 (when it is asked for)

        return TraceScreen(controller, wall)
    if name == "rpmsg":
        from rproc_tui.tui.screens.rpmsg import RpmsgScreen  # noqa: PLC0415 (same)

        return RpmsgScreen(controller, wall)
    if name == "crashes":
        from rproc_tui.tui.screens.crashes import CrashesScreen  # noqa: PLC0415 (same)

        return CrashesScreen(controller, wall)
    if name == "memory":
        from rproc_tui.tui.screens.memory import MemoryScreen  # noqa: PLC0415 (same)

        return MemoryScreen(controller, wall)
    if name == "events":
        from rproc_tui.tui.screens.events import EventsScreen  # noqa: PLC0415 (same)

        return EventsScreen(controller, wall)
    raise KeyError(name)
