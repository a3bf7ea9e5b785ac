"""A writer that goes round in the buffer and leaves old text standing behind its write point.

Zephyr's RAM console and TI's memory log do that; so do writers that never tear a line, and buffers that a new run
overwrites without clearing them.
"""

from __future__ import annotations

from dataclasses import replace

from rproc_tui.model.trace_line import LineKind
from rproc_tui.trace.compare import (
    difference_end,
    difference_start,
    is_old_text,
    longest_equal_run,
    proves_survival,
    ring_slice,
)
from rproc_tui.trace.restart import RESTARTED, begins_anew, fell_back, restart
from rproc_tui.trace.seam import begin, may_be_full
from rproc_tui.trace.snapshot import Change, Snapshot

LOST = "text lost: more than the buffer holds was written between two looks"
JUMPED = "text was written elsewhere than expected: lines here may be repeated or broken"

_LINE_REACH = 512
"""Bytes in which the start or the end of a line is looked for."""
_LINE_FEED = 0x0A
_LEAST_SURVIVAL = 4
"""A run of equal bytes must be at least the buffer's length divided by this to be what the writer left alone."""


def overwritten(seen: Snapshot, content: bytes, buffer_size: int | None, newest_time: float | None) -> Change:
    """What was written between two looks; `content` is neither shorter than what was seen nor merely longer."""
    old, position = seen.content, seen.position
    change = None if position is None else _where_expected(old, content, position, newest_time)
    return change or _found_again(seen, content) or _all_new(seen, content, buffer_size, newest_time)


def _where_expected(old: bytes, content: bytes, position: int, newest_time: float | None) -> Change | None:
    """New text in one stretch from the write point on, with enough of the old behind it; None where it is not so."""
    size = len(content)
    if content[:position] == old[:position]:
        first, end = position, difference_end(old, content, position, size)
        new = content[position:end]
    else:
        first, end = 0, difference_end(old, content, 0, position)
        new = content[position : _end_of_lap(old, content, position)] + content[:end]
        if fell_back(content[:end], newest_time, _unended(content)):
            return Change(Snapshot(content, end), content[:end], LineKind.RESTART, RESTARTED, continues=False)
    if not proves_survival(content, end, size - len(new)):
        return None
    if 2 * len(new) > size and longest_equal_run(old, content)[0] != end % size:
        return None  # more stands unchanged elsewhere: a look that caught half of a write, or a run from the start on
    if is_old_text(ring_slice(content, position, _unchanged_ahead(old, content, position))):
        return None
    return Change(Snapshot(content, end, coinciding=_coinciding(old, content, first, end)), new)


def _end_of_lap(old: bytes, content: bytes, position: int) -> int:
    """Where the writer went back to the start: at the end of the buffer, or before it where a line did not fit.

    A writer that never tears a line leaves the end of an older line standing at the buffer's end. A writer that tears
    lines could have written the same there only by printing a line that is nowhere else the same.
    """
    size = len(content)
    written = difference_end(old, content, position, size)
    if content[written - 1 : written] != b"\n":
        written = content.find(b"\n", written) + 1 or size
    rest = content[written:]
    if len(rest) > _LINE_REACH or not rest.endswith(b"\n"):
        return size
    lines = content[:written].removesuffix(b"\n").split(b"\n")
    return size if any(line in lines for line in rest[:-1].split(b"\n")) else written


def _unended(content: bytes) -> bytes:
    """The line at the end of the buffer that has no end there."""
    return content[-_LINE_REACH:].rpartition(b"\n")[2]


def _unchanged_ahead(old: bytes, content: bytes, position: int) -> int:
    """How many bytes from the write point on, round the end of the buffer, are what they were."""
    size = len(content)
    ahead = difference_start(old, content, position, size) - position
    return ahead if position + ahead < size else ahead + difference_start(old, content, 0, position)


def _coinciding(old: bytes, content: bytes, first: int, end: int) -> bytes:
    """The rest of the line that ends the new text (`first` to `end`), where it lies on an old line."""
    line_end = content.find(b"\n", end, end + _LINE_REACH)
    before = content.rfind(b"\n", first, end)
    if before < 0 and first == 0:
        before = len(content) - 1  # the line may begin with the buffer
    begins_alike = before >= 0 and content[before] == _LINE_FEED and old[before : before + 1] == b"\n"
    return content[end:line_end] if line_end >= 0 and begins_alike and before != end - 1 else b""


def _found_again(seen: Snapshot, content: bytes) -> Change | None:
    """The changed stretch of the ring, when the write point was not known or was elsewhere; None when all changed."""
    start, length = longest_equal_run(seen.content, content)
    size = len(content)
    if length < size // _LEAST_SURVIVAL or not proves_survival(content, start, length):
        return None
    changed = (start + length) % size
    after = Snapshot(content, start)
    if seen.position is not None and changed < start <= seen.position and b"\n" not in content[:changed]:
        return Change(after, content[:start], LineKind.RESTART, RESTARTED, continues=False)
    before = ring_slice(content, start, length)[-_LINE_REACH:]
    _, line_end, line_start = before.rpartition(b"\n")
    new = (line_start if line_end else b"") + ring_slice(content, changed, size - length)
    if seen.position is None:
        return Change(after, new, continues=False)
    return Change(after, new, LineKind.SEAM, JUMPED, continues=False)


def _all_new(seen: Snapshot, content: bytes, buffer_size: int | None, newest_time: float | None) -> Change:
    """Nothing of what was seen is left: a new run, or more text than the buffer holds."""
    is_boot = fell_back(content, newest_time, _unended(content))
    if is_boot is None:
        is_boot = not may_be_full(content, buffer_size) and begins_anew(seen.content, content, buffer_size)
    if is_boot:
        return restart(content, buffer_size)
    change = begin(content, buffer_size or len(content))  # taken for full: the writer has probably gone round
    note = f"{LOST}; {change.note}" if change.mark else LOST
    return replace(change, mark=LineKind.LOST, note=note)
