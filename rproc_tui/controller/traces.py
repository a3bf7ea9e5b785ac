"""All trace buffers of one processor: each is followed while its file is there, and all end in one ring."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from rproc_tui.clock import Clock
from rproc_tui.controller.tasks import Tasks
from rproc_tui.controller.trace_follower import TraceFollower
from rproc_tui.controller.trace_runs import TraceRuns
from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.model.resource_table import ResourceTable, TraceEntry
from rproc_tui.trace.ring import TraceRing


class Traces:
    """Begins and ends followers as trace files come and go."""

    def __init__(
        self, host: Host, ring: TraceRing, clock: Clock, *, every: float, tasks: Tasks, moved: Callable[[], None]
    ) -> None:
        self._host = host
        self._ring = ring
        self._clock = clock
        self._every = every
        self._tasks = tasks
        self._moved = moved
        self._followers: dict[str, tuple[TraceFollower, asyncio.Task[None]]] = {}
        self._runs = TraceRuns(ring, clock)
        self._ended: dict[str, int] = {}
        """For each file that went, the run that it was of."""
        self._gone: dict[str, int] = {}
        """Files that were missing while their follower still waits for its next look, with the run that it was in."""

    def sync(
        self, processor_id: str, names: Sequence[str], table: ResourceTable | None, *, as_of: float | None = None
    ) -> None:
        """Follow each file that is there; a follower whose file went has ended by itself.

        A file that comes again is of a new run, even if its follower never found it missing; but what the follower
        has read of that run by then is not read again. The files were listed at `as_of` or later (monotonic seconds;
        now, unless told): what is missing in a list from before a run began may have been of the run before.
        """
        as_of = self._clock.monotonic() if as_of is None else as_of
        for name, (follower, task) in list(self._followers.items()):
            if name in names and not task.done() and self._gone.get(name) == follower.run_number:
                task.cancel()
                follower.finish()
            elif not task.done():
                continue
            del self._followers[name]
            self._ended[name] = follower.run_number
        missing = {
            name: follower.run_number
            for name, (follower, _) in self._followers.items()
            if name not in names and follower.run_began <= as_of
        }
        for name in missing.keys() - self._gone.keys():
            self._followers[name][0].expect_run()
        self._gone = missing | {name: run for name, run in self._gone.items() if name in missing}
        for number, name in enumerate(names):
            if name not in self._followers:
                self._begin(paths.debug_file(processor_id, name), name, _entry(table, number), alone=len(names) == 1)

    def look(self) -> None:
        """Look at all of them at once: what is there now may be gone in a moment."""
        for follower in self._alive():
            self._tasks.begin(follower.look(), f"last look at {follower.path}")

    def expect_run(self) -> None:
        """The run in them is over; the files may stay, or go and come again before anybody looks."""
        for follower in self._alive():
            follower.expect_run()

    def begin_anew(self) -> None:
        """It recovered: the files stayed, and a new run writes into them."""
        for follower in self._alive():
            self._tasks.begin(follower.begin_anew(), f"new run in {follower.path}")

    def _begin(self, path: str, name: str, entry: TraceEntry | None, *, alone: bool) -> None:
        size = None if entry is None else entry.len
        follower = TraceFollower(self._host, path, self._ring, self._clock, self._moved, runs=self._runs, size=size)
        follower.label = None if alone else (name if entry is None else entry.name or name)
        follower.came_after(self._ended.pop(name, None))
        self._followers[name] = (follower, self._tasks.begin(follower.run(self._every), f"trace file {path}"))

    def _alive(self) -> list[TraceFollower]:
        return [follower for follower, task in self._followers.values() if not task.done()]


def _entry(table: ResourceTable | None, number: int) -> TraceEntry | None:
    """The entry behind a trace file: files are numbered in the table's order."""
    entries = [entry for entry in table.entries if isinstance(entry, TraceEntry)] if table is not None else []
    return entries[number] if number < len(entries) else None
