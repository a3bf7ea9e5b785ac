"""The memory of a dump, as far as it is in sight."""

from __future__ import annotations

from textual.content import Content

from rproc_tui.tui.panels.crash_memory import MemoryRows, memory_rows, memory_title
from rproc_tui.tui.widgets.rows_view import RowsView

_ABOVE = 2
"""Rows that stay in sight above an address that is gone to."""


class HexView(RowsView):
    """Rows of 16 bytes; it begins where the stack pointer points."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._memory: MemoryRows | None = None
        self._about: object = None

    @property
    def row_count(self) -> int:
        """How many rows the dump has."""
        return 0 if self._memory is None else self._memory.count

    @property
    def place(self) -> int | None:
        """The address of the row that was gone to, else of the first in sight."""
        return (
            None if self._memory is None else self._memory.address_of(self.top if self.cursor is None else self.cursor)
        )

    def show_memory(self, memory: MemoryRows | None, about: object) -> None:
        """Show another dump."""
        if about == self._about:
            return
        self._about, self._memory = about, memory
        self.top, self.cursor = 0, None
        stack = None if memory is None else memory.registers.get("sp")
        if stack is None or not self.go_to(stack):
            self._retitle()
            self.repaint()
        self.on_resize()

    def go_to(self, address: int) -> bool:
        """Bring an address into sight; whether the dump has it."""
        row = None if self._memory is None else self._memory.row_of(address)
        if row is None:
            return False
        self.cursor = row
        self.top = max(0, min(row - _ABOVE, self.last_top))
        self._retitle()
        self.repaint()
        return True

    def make_row(self, row: int, width: int) -> Content:
        """One row."""
        return Content("") if self._memory is None else self._memory.row(row, width).truncate(max(1, width))

    def show_from(self, top: int) -> None:
        """Scroll; the frame names the place."""
        super().show_from(top)
        self._retitle()

    def on_resize(self) -> None:
        """Another width may have other rows; the place stays, and where it was not in sight yet it is now."""
        memory = self._memory
        if memory is not None and self.content_size.width:  # out of sight it has none
            at = memory.address_of(self.top if self.cursor is None else self.cursor)
            made = memory_rows(memory.dump, memory.symbols, memory.registers, self.content_size.width)
            if made.per_row != memory.per_row:
                self._memory, self.cursor = made, None
                if at is not None:
                    self.go_to(at)
        if self.cursor is not None and not self.top <= self.cursor < self.top + self.content_size.height:
            self.top = max(0, min(self.cursor - _ABOVE, self.last_top))
        super().on_resize()

    def _retitle(self) -> None:
        if self._memory is not None:
            self.retitle(Content(memory_title(self._memory, self.top)))
