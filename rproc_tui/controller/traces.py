"""All trace buffers of one processor: each is followed while its file is there, and all end in one ring."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from rproc_tui.clock import Clock
from rproc_tui.controller.tasks import Tasks
from rproc_tui.controller.trace_follower import TraceFollower
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

    def sync(self, processor_id: str, names: Sequence[str], table: ResourceTable | None) -> None:
        """Follow each file that is there; a follower whose file went has ended by itself."""
        for name in [name for name, (_, task) in self._followers.items() if task.done()]:
            del self._followers[name]
        for number, name in enumerate(names):
            if name not in self._followers:
                path = paths.debug_file(processor_id, name)
                entry = _entry(table, number)
                size = None if entry is None else entry.len
                follower = TraceFollower(self._host, path, self._ring, self._clock, self._moved, size=size)
                follower.label = (name if entry is None else entry.name or name) if len(names) > 1 else None
                task = self._tasks.begin(follower.run(self._every), f"{name} of {processor_id}")
                self._followers[name] = (follower, task)

    def look(self) -> None:
        """Look at all of them at once: what is there now may be gone in a moment."""
        for follower in self._alive():
            self._tasks.begin(follower.look(), f"last look at {follower.path}")

    def begin_anew(self) -> None:
        """It recovered: the files stayed, and a new run writes into them."""
        for follower in self._alive():
            self._tasks.begin(follower.begin_anew(), f"new run in {follower.path}")

    def _alive(self) -> list[TraceFollower]:
        return [follower for follower, task in self._followers.values() if not task.done()]


def _entry(table: ResourceTable | None, number: int) -> TraceEntry | None:
    """The entry behind a trace file: files are numbered in the table's order."""
    entries = [entry for entry in table.entries if isinstance(entry, TraceEntry)] if table is not None else []
    return entries[number] if number < len(entries) else None
