"""What fills the screen while there are no processors: what was looked for, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rproc_tui.tui.panels.advice import empty_lines
from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.panel import Panel


class EmptyState(Panel):
    """Sentences instead of panels."""

    def make_lines(self, view: View, width: int) -> Sequence[Content]:
        """Host by host."""
        return empty_lines(view.snapshot, width)
