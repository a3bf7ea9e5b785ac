"""The panel of the resource table."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rproc_tui.tui.panels.columns import joined
from rproc_tui.tui.panels.resources import resource_lines, resources_title
from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.panel import Panel


class ResourcePanel(Panel):
    """The table as the kernel shows it live, or as the file has it."""

    def make_title(self, view: View) -> Content | str | None:
        """Where the table is from, its version and its entries."""
        about = resources_title(view)
        return joined([("Resource table", ""), *([(about, "$label")] if about else [])])

    def make_lines(self, view: View, width: int) -> Sequence[Content]:
        """One line an entry, one a vring."""
        return resource_lines(view, width)
