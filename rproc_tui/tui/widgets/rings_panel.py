"""How full the rings of the selected processor are."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rproc_tui.tui.panels.rpmsg import ring_lines
from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.panel import Panel


class RingsPanel(Panel, can_focus=False):
    """A bar a ring, and the endpoints."""

    def make_title(self, view: View) -> Content | str | None:  # noqa: ARG002 (as others need it)
        """What the bars count."""
        return "Rings · messages that wait"

    def make_lines(self, view: View, width: int) -> Sequence[Content]:
        """Labelled bars."""
        return ring_lines(view, width)
