"""The tree of processors; where it has one row only, a strip."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content

from rproc_tui.model.processor import ProcessorKey
from rproc_tui.tui.marks import is_faulty
from rproc_tui.tui.messages import ProcessorSelected
from rproc_tui.tui.panels.processors import Row, rows_of, strip_line, tree_lines
from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.panel import Panel


class ProcessorTree(Panel):
    """Hosts with their processors; the selected row decides what the other panels show."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self.folded: frozenset[str] = frozenset()
        self.selected: Row | None = None
        self._rows: tuple[Row, ...] = ()
        self._is_stopgap = False
        """A host is selected since there was no processor: one is as soon as it comes."""

    @property
    def is_strip(self) -> bool:
        """Whether it has no room for a tree."""
        return self.content_size.height == 1

    def make_title(self, view: View) -> Content | str | None:
        """What is listed."""
        return "Faulty processors" if view.faulty_only else "Processors"

    def make_lines(self, view: View, width: int) -> Sequence[Content]:
        """One line a row, or all in one."""
        self._rows = rows_of(view, self.folded)
        self._keep_selection(view)
        index = self._rows.index(self.selected) if self.selected in self._rows else 0
        if self.is_strip:
            self.cursor, self.top = None, 0
            return [strip_line(view, self._rows, index, self.content_size.width)] if self._rows else []
        self.move_cursor(index if self._rows else None)
        return tree_lines(view, self.folded, width)

    def select(self, row: Row) -> None:
        """Make a row the selected one, and say so."""
        if row != self.selected:
            self.selected, self._is_stopgap = row, False
            if row.key is not None:
                self.folded -= {row.host}
            self.post_message(ProcessorSelected(row.host, row.key))
            self.renew()

    def action_row(self, step: int) -> None:
        """The next or the previous row."""
        if not self._rows:
            return
        index = self._rows.index(self.selected) if self.selected in self._rows else 0
        self.select(self._rows[max(0, min(index + step, len(self._rows) - 1))])

    def action_page(self, step: int) -> None:
        """A page of rows."""
        if not self.overflows:
            super().action_page(step)
        self.action_row(step * max(1, self.content_size.height - 1))

    def action_first(self) -> None:
        """The first row."""
        self.action_row(-len(self._rows))

    def action_last(self) -> None:
        """The last row."""
        self.action_row(len(self._rows))

    def action_sideways(self, step: int) -> None:
        """Fold and unfold; in a strip the neighbour."""
        if self.is_strip:
            self.action_row(step)
        elif self.selected is not None:
            self._fold(self.selected, folded=step < 0)

    def action_open(self) -> None:
        """Enter on a host folds it; on a processor it is for the screen."""
        if self.selected is not None and self.selected.key is None and not self.is_strip:
            self._fold(self.selected, folded=self.selected.host not in self.folded)
        else:
            super().action_open()

    def on_click(self, event: events.Click) -> None:
        """A click selects."""
        position = event.get_content_offset(self)
        row = self.top + position.y if position is not None else -1
        if not self.is_strip and 0 <= row < len(self._rows):
            self.select(self._rows[row])

    def _fold(self, row: Row, *, folded: bool) -> None:
        if folded and row.key is not None:
            self.select(Row(row.host))
        self.folded = self.folded | {row.host} if folded else self.folded - {row.host}
        self.renew()

    def _keep_selection(self, view: View) -> None:
        """Keep what is selected; where it is gone, or nothing was yet, take who most needs to be looked at."""
        if (self.selected in self._rows and not self._is_stopgap) or not self._rows:
            return
        key = _most_wanted(view, self._rows)
        row = next((row for row in self._rows if row.key == key), self._rows[0])
        self._is_stopgap = row.key is None
        if row != self.selected:
            self.selected = row
            self.post_message(ProcessorSelected(row.host, row.key))


def _most_wanted(view: View, rows: Sequence[Row]) -> ProcessorKey | None:
    """The first faulty processor, else the first that runs, else the first."""
    keys = [row.key for row in rows if row.key is not None]
    found = [processor for processor in map(view.snapshot.find, keys) if processor is not None]
    for wanted in (is_faulty, lambda processor: processor.state.is_up, lambda _: True):
        for processor in found:
            if wanted(processor):
                return processor.key
    return None
