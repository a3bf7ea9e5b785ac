"""The line on top of the screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rproc_tui.tui.panels.status import status_line
from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.panel import Panel


class StatusLine(Panel, can_focus=False):
    """Where we are, how many processors there are, what is watched."""

    def make_lines(self, view: View, width: int) -> Sequence[Content]:
        """One line."""
        return [status_line(view, width)]
