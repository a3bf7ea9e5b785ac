"""The panel that says how the selected processor stands."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rproc_tui.tui.panels.state import state_lines, state_title
from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.panel import Panel


class StatePanel(Panel):
    """State, firmware, core, boot address, crashes, the last action."""

    def make_title(self, view: View) -> Content | str | None:
        """Name and number of the processor."""
        return state_title(view)

    def make_lines(self, view: View, width: int) -> Sequence[Content]:
        """Labelled lines."""
        return state_lines(view, width)
