"""The panel of memory bars."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rproc_tui.linux.staged_name import own_name
from rproc_tui.tui.panels.columns import joined
from rproc_tui.tui.panels.segments import legend, segment_lines
from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.panel import Panel


class SegmentsPanel(Panel):
    """Regions to scale, with what the firmware and the kernel put into them."""

    def on_mount(self) -> None:
        """The legend never changes."""
        self.border_subtitle = legend()

    def make_title(self, view: View) -> Content | str | None:
        """The file whose segments these are."""
        firmware = own_name(view.processor.firmware or "") if view.processor is not None else None
        return joined([("Segments", ""), *([(firmware, "$label")] if firmware else [])])

    def make_lines(self, view: View, width: int) -> Sequence[Content]:
        """One line a region."""
        return segment_lines(view, width)
