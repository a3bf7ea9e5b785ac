"""A full buffer of which nothing earlier is known: where its oldest text begins.

The only witness is the firmware's own time. Where it falls back once, from the newest line to the oldest, old and new
text meet; where it never falls back, the text is in order as it stands. Without times, the place cannot be told from
one snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from rproc_tui.model.trace_line import LineKind
from rproc_tui.trace.clean import clean_lines
from rproc_tui.trace.snapshot import Change, Snapshot
from rproc_tui.trace.timestamp import firmware_time

_ROUND = 256
"""Buffers are this round, in bytes: what is known of a size that nobody told."""
_JITTER = 0.1
"""Several sources in one log may disorder it by this part of the fall at the seam."""

_FEW = 256
"""Lines: of more only every few are asked for their time, and then all where it falls, which it does once."""
_STEP = 16

_MAY_BEGIN_TIME = frozenset(bytes([byte]) for byte in b"[<0123456789 \t\r\x1b")
"""What a line with a time begins with: a million lines of rubbish are sorted out quickly."""

ROTATED = "the buffer had gone round before: older text is gone"
UNORDERED = (
    "the buffer may have gone round before: where its oldest text begins is not known, lines may be out of order"
)


def begin(content: bytes, buffer_size: int | None) -> Change:
    """The whole content as new text, in the most probable order."""
    full = may_be_full(content, buffer_size)
    seam = find_seam(content, full=full) if full or buffer_size is None else 0
    if seam:
        return Change(Snapshot(content, None), content[seam:] + content[:seam], LineKind.SEAM, ROTATED, continues=False)
    if not full:
        return Change(Snapshot(content, len(content)), content, continues=False)
    after = Snapshot(content, None)
    if seam is None:
        return Change(after, content, LineKind.SEAM, UNORDERED, continues=False)
    return Change(after, content, continues=False)


def may_be_full(content: bytes, buffer_size: int | None) -> bool:
    """Whether the writer may have gone round: the content fills the buffer, but for a final NUL."""
    if buffer_size is not None:
        return len(content) >= max(buffer_size - 1, 1)
    return bool(content) and len(content) % _ROUND in (0, _ROUND - 1)


def find_seam(content: bytes, *, full: bool) -> int | None:
    """Where the oldest text begins; 0 where the text is in order as it stands, None where that cannot be told.

    What lies between the last line of the newest text and the first whole old line is the torn end of an old line. In
    a full buffer, a first line without a time, or with one torn in two, began at the end of the buffer.
    """
    lines, begin_of_lines, goes_round = content.split(b"\n"), 0, False
    if full and len(lines) > 1 and _goes_round(lines[-1], lines[0]):
        first = lines.pop(0)
        begin_of_lines = len(first) + 1
        lines[-1] += first
        goes_round = _time(lines[-1]) is not None
    count = len(lines)
    some = {*range(0, count, _STEP), *range(max(0, count - _STEP), count)}
    times = _times(lines, range(count) if count <= _FEW else some)
    if len(times) < 2:
        return None
    falls = _falls(times)
    fall, at = max(falls)
    if fall <= 0 and times[0][1] == times[-1][1]:
        return None
    if fall <= 0:
        return begin_of_lines if goes_round else 0
    if count > _FEW:
        between = _times(lines, range(times[at][0] + 1, times[at + 1][0]))
        times[at + 1 : at + 1] = between
        falls = _falls(times)
        fall, at = max(falls)
    tolerance = fall * _JITTER
    if any(other > tolerance for other, where in falls if where != at) or times[-1][1] > times[0][1] + tolerance:
        return None
    newest, oldest = times[at][0], times[at + 1][0]
    begins = oldest if oldest == newest + 1 else oldest - 1
    return begin_of_lines + sum(len(line) + 1 for line in lines[:begins])


def _times(lines: list[bytes], indexes: Iterable[int]) -> list[tuple[int, float]]:
    """Those of the lines that have a time, with it, in their order."""
    return [(index, time) for index in sorted(indexes) if (time := _time(lines[index])) is not None]


def _falls(times: list[tuple[int, float]]) -> list[tuple[float, int]]:
    """By how much the time falls from each line to the next, and where."""
    return [(one - other, at) for at, ((_, one), (_, other)) in enumerate(pairwise(times))]


def _goes_round(last: bytes, first: bytes) -> bool:
    """Whether the first line of a full buffer is the rest of its last."""
    time = _time(first)
    return time is None or _time_behind(last, first) != time


def first_time(content: bytes, torn: bytes = b"") -> float | None:
    """The firmware's time in the first line that has one, near the start.

    The first line may be the rest of the line `torn`, which the end of the buffer cut off.
    """
    first, *others = content[:2048].split(b"\n")[:16]
    times = (_time_behind(torn, first), *map(_time, others))
    return next((time for time in times if time is not None), None)


def _time_behind(torn: bytes, line: bytes) -> float | None:
    """The time of a line that may have begun with `torn`: `2` and `5.021s : …` are 25, not 5."""
    if torn and _time(torn) is None and (time := _time(torn + line)) is not None:
        return time
    return _time(line)


def _time(line: bytes) -> float | None:
    if line[:1] not in _MAY_BEGIN_TIME:
        return None
    return firmware_time(clean_lines(line[:64].strip(b"\r"))[0])
