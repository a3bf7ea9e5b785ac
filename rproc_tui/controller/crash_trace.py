"""The lines that a firmware wrote up to its crash: from the ring, and from the buffer in a dump. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rproc_tui.model.resource_table import ResourceTable, TraceEntry
from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.ring import TraceRing
from rproc_tui.trace.tail import Tail, advance

if TYPE_CHECKING:
    from rproc_tui.crash.dump import Dump

LINES_MOST = 5000
"""Lines of the run that are kept."""
BUFFER_MOST = 4 * 1024 * 1024
"""Bytes of a buffer that are looked at."""


def run_lines(ring: TraceRing, mark: int) -> list[str]:
    """The lines of the run that the line before number `mark` is of: from one restart to the next."""
    first = max(ring.start, mark - LINES_MOST)
    before, after = ring.lines(first, mark), ring.lines(mark, ring.stop)
    begin = next((at + 1 for at in range(len(before) - 1, -1, -1) if _is_restart(before[at])), 0)
    end = next((at for at, line in enumerate(after) if _is_restart(line)), len(after))
    return [_text(line) for line in (*before[begin:], *after[:end])][-LINES_MOST:]


def buffer_lines(content: bytes, size: int | None = None) -> list[str]:
    """The lines of one whole buffer (`size` bytes, where known), in the order in which they were written."""
    _, lines = advance(Tail(buffer_size=size), content[:BUFFER_MOST], 0.0)
    return [_text(line) for line in lines]


def dumped_lines(dump: Dump, table: ResourceTable | None) -> list[str]:
    """The lines of the one trace buffer that a table names, out of a dump; none where there are several or none."""
    entries = [] if table is None else [entry for entry in table.entries if isinstance(entry, TraceEntry)]
    if len(entries) != 1 or not 0 < entries[0].len <= BUFFER_MOST:
        return []
    content = dump.read(entries[0].da, entries[0].len)
    return [] if content is None else buffer_lines(content, entries[0].len)


def joined(followed: Sequence[str], last_look: Sequence[str]) -> list[str]:
    """What was followed, and behind it what only a last look at the buffer shows.

    The two have the end of the one in common; where nothing shows how they meet, the longer history counts.
    """
    if not followed or not last_look:
        return [*(followed or last_look)]
    for at in range(len(last_look) - 1, -1, -1):
        if last_look[at] == followed[-1] and _agree(followed, last_look[:at]):
            return [*followed, *last_look[at + 1 :]]
    return _from_partial(followed, last_look)


def _from_partial(followed: Sequence[str], last_look: Sequence[str]) -> list[str]:
    """The last line that was followed may have been seen before it was complete."""
    for at in range(len(last_look) - 1, -1, -1):
        if last_look[at].startswith(followed[-1]) and _agree(followed, last_look[:at]):
            return [*followed[:-1], *last_look[at:]]
    return list(followed)


def _agree(followed: Sequence[str], before: Sequence[str]) -> bool:
    """Whether the line before is the same in both, as far as there is one."""
    return len(followed) < 2 or not before or followed[-2] == before[-1]


def _is_restart(line: TraceLine) -> bool:
    return line.kind is LineKind.RESTART


def _text(line: TraceLine) -> str:
    return line.text if line.kind is LineKind.TEXT else f"--- {line.text} ---"
