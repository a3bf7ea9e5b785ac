"""How the screen looks on a terminal of each kind: the lines of frames, and what takes away what it cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.filter import LineFilter, NoColor

from rproc_tui.tui.terminal.profile import Colours

if TYPE_CHECKING:
    from rproc_tui.tui.terminal.profile import Profile


def box_variables(profile: Profile) -> dict[str, str]:
    """The kinds of border that style sheets name: `$box` all around, `$box-top` where the title stands.

    Without boxes a title has a row of its own, and nothing else is drawn.
    """
    if not profile.boxes:
        return {"box": "none", "box-top": "blank"}
    kind = "ascii" if profile.ascii else "round"
    return {"box": kind, "box-top": kind}


def line_filters(profile: Profile) -> tuple[LineFilter, ...]:
    """What every painted line goes through."""
    from rproc_tui.tui.ascii_filter import AsciiFilter  # noqa: PLC0415 (few terminals need it)

    filters: list[LineFilter] = []
    if profile.ascii:
        filters.append(AsciiFilter())
    if profile.colours is Colours.MONO:
        filters.append(NoColor())
    return tuple(filters)
