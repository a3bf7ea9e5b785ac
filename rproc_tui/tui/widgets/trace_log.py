"""The trace of one processor, or of several by time: which lines, of which run, and the search in them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

from textual.content import Content
from textual.timer import Timer

from rproc_tui.model.trace_line import TraceLine
from rproc_tui.trace.filter import LineFilter
from rproc_tui.trace.ring import TraceRing
from rproc_tui.trace.search import Condition, find
from rproc_tui.tui.panels.trace import trace_title
from rproc_tui.tui.rate import SAMPLE, Rate
from rproc_tui.tui.trace_rows import MergedRows, TraceRows
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.trace_view import TraceView


class TraceLog(TraceView):
    """The lines of rings that a filter takes."""

    def __init__(
        self,
        wall: WallTime,
        *,
        heading: str = "Trace",
        page_mode: bool = False,
        id: str | None = None,  # noqa: A002 (Textual's word)
    ) -> None:
        super().__init__(wall, page_mode=page_mode, id=id)
        self._heading = heading
        self._rings: dict[str, TraceRing] = {}
        self._about = ""
        self._empty = ""
        self._boot = ""
        self._run: range | None = None
        self._search: Iterator[int | None] | None = None
        self._rate = Rate()
        self._rate_timer: Timer | None = None
        self._title: Content | None = None
        self.filter_text = ""
        self._filter: LineFilter | None = None
        self.sought_text = ""

    def show_ring(self, name: str, ring: TraceRing | None, empty: str) -> None:
        """Show another processor's trace; `empty` is said while it has no lines."""
        self.show_rings(name, {} if ring is None else {"": ring}, empty)

    def show_rings(self, name: str, rings: Mapping[str, TraceRing], empty: str) -> None:
        """Show several traces by time, each line with the name of its ring; of one alone, without."""
        same = self._rings.keys() == rings.keys() and all(self._rings[each] is ring for each, ring in rings.items())
        if same and self._title is not None:
            if empty != self._empty or name != self._about:
                self._empty, self._about = empty, name
                self._repaint()
            return
        self._about, self._empty, self._rate = name, empty, Rate()
        self._rings = dict(rings)
        self._boot, self._run = "", None
        self._take()

    def filter_by(self, text: str, line_filter: LineFilter | None) -> None:
        """Show only the lines that a filter takes; None shows all."""
        is_same = line_filter == self._filter
        self.filter_text, self._filter = text, line_filter
        if is_same:
            self.retitle()
        else:
            self._take()

    def show_boot(self, step: int) -> bool:
        """Show the run before (-1) or after (1) the one that is shown; whether there is one."""
        if len(self._rings) != 1:
            return False
        runs = next(iter(self._rings.values())).runs
        newest = len(runs) - 1
        shown = self._run
        here = newest if shown is None else next(at for at, run in enumerate(runs) if run.stop >= shown.stop)
        if not 0 <= here + step <= newest:
            return False
        if here + step == newest:
            self.show_newest_boot()
        else:
            self._run, self._boot = runs[here + step], f"boot {here + step + 1} of {len(runs)}"
            self._take()
        return True

    def show_newest_boot(self) -> None:
        """All that is kept, to the newest line."""
        self._boot, self._run = "", None
        self._take()

    @property
    def shows_past(self) -> bool:
        """Whether an earlier run is shown."""
        return self._run is not None

    @property
    def sought(self) -> LineFilter | None:
        """What is searched for."""
        return self._painter.sought

    def seek(self, text: str, condition: LineFilter | None) -> None:
        """Mark what a search is for; the next `go` goes to it."""
        self.sought_text, self._search = text, None
        self.mark_matches(condition)

    def go(self, step: int, condition: Condition, missed: Callable[[], None]) -> None:
        """To the next line (1) or the previous one (-1) that meets a condition; where there is none, `missed`."""
        rows = self._rows
        if rows is None:
            return
        first = rows.went

        def line(place: int) -> TraceLine | None:
            row = first + place - rows.went  # rows may go while a long search is on its way
            return rows.line(row) if row >= 0 else None

        here = self._row_to_search_from(step) if self._found is None else self._found - first
        self._search = find(line, rows.count, here, step, condition)
        self._look_further(self._search, first, missed)

    def _take(self) -> None:
        """Begin anew, at the end of what there is to show."""
        self._search = None
        rings = list(self._rings.values())
        if not rings:
            self.show_rows(None)
        elif len(rings) == 1:
            self.show_rows(TraceRows(rings[0], self._filter, self._run))
        else:
            self.show_rows(MergedRows(self._rings, self._filter))
        self._rate.sample(time.monotonic(), self._arrived)

    @property
    def _arrived(self) -> int:
        return sum(ring.stop for ring in self._rings.values())

    def _row_to_search_from(self, step: int) -> int:
        """The row before those in sight, or behind them; while it follows, behind them all."""
        if self.following or self._page is not None:
            return self.row_count
        return self.top - 1 if step > 0 else min(self.row_count, self.top + self.content_size.height)

    def _look_further(self, search: Iterator[int | None], first: int, missed: Callable[[], None]) -> None:
        """Search a slice of lines; keys are answered before the next."""
        if search is not self._search:
            return
        for place in search:
            if place is None:
                self.call_later(self._look_further, search, first, missed)
            else:
                self._search = None
                self.go_to(first + place)
            return
        self._search = None
        missed()

    def nothing_said(self) -> str:
        """Why there are no lines."""
        if self._rows is not None and self._rows.whole:
            return "no line matches the filter: esc shows all again"
        return "the lines of that boot are no longer kept" if self.shows_past else self._empty

    def repainted(self) -> None:
        """While lines arrive, look at the rate once a second, until it has come to rest."""
        self._rate.sample(time.monotonic(), self._arrived)
        if self._rate_timer is None:
            self._rate_timer = self.set_timer(SAMPLE, self._sample_rate)

    def _sample_rate(self) -> None:
        self._rate_timer = None
        if self._rate.sample(time.monotonic(), self._arrived):
            self.retitle()
        if self._rate.value:
            self._rate_timer = self.set_timer(SAMPLE, self._sample_rate)

    def retitle(self) -> None:
        """Name what is shown, and how, in the frame; painted only when it differs."""
        title = trace_title(
            self._about,
            heading=self._heading,
            unseen=None if self.following else self.unseen,
            rate=self._rate.value,
            filtered=self.filter_text,
            matches=(self.row_count, 0 if self._rows is None else self._rows.whole),
            boot=self._boot,
            sought=self.sought_text,
        )
        if self._title is None or not self._title.is_same(title):
            self._title = title
            self.border_title = title
