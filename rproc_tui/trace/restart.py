"""A buffer that began anew: how a boot shows in it, told or not."""

from __future__ import annotations

from dataclasses import replace

from rproc_tui.model.trace_line import LineKind
from rproc_tui.trace.compare import difference_end, difference_start, proves_survival
from rproc_tui.trace.seam import begin, first_time, may_be_full
from rproc_tui.trace.snapshot import Change, Snapshot

RESTARTED = "restart"

_SAME_START = 8
"""Bytes: a firmware that begins with the same text as before has booted again; less may be chance."""


def fell_back(content: bytes, newest_time: float | None, torn: bytes = b"") -> bool | None:
    """Whether the firmware's time at the start of `content` is earlier than it was: it falls back at a boot only.

    None where one of the two is not known. Several clocks in one log differ by less than half. `torn` is the line
    without an end at the end of the buffer, which `content` may go on with.
    """
    time = first_time(content, torn)
    return None if time is None or newest_time is None else time < newest_time / 2


def begins_anew(old: bytes, content: bytes, buffer_size: int | None) -> bool:
    """Whether other text at the start is a new run's: it begins like the old, or the old was far from a lap's end."""
    return starts_alike(old, content) or (buffer_size is not None and len(old) < buffer_size // 2)


def starts_alike(seen: bytes, content: bytes) -> bool:
    """Whether both begin with the same line, or the shorter is all a start of the other: a firmware booted again."""
    shorter = min(len(seen), len(content))
    same = difference_start(seen, content, 0, shorter)
    return same >= _SAME_START and (same == shorter or b"\n" in content[:same])


def restart(content: bytes, buffer_size: int | None) -> Change:
    """A new run that nobody told of."""
    change = begin(content, buffer_size)
    return replace(change, mark=LineKind.RESTART, note=": ".join(filter(None, (RESTARTED, change.note))))


def first_of_run(seen: Snapshot, content: bytes, buffer_size: int | None) -> Change | None:
    """The first text of a run whose start was told; None while the buffer still shows only the old run.

    Linux clears the buffer with the rest of .bss, so what is there is the new run's, even where it equals what was
    seen: firmware prints the same at every boot. Only a buffer that the old run had filled can still show its text,
    where no one cleared it: then the new run has overwritten it from the start on.
    """
    old = seen.content
    was_full = seen.position != len(old) or may_be_full(old, buffer_size)
    if old and was_full and len(content) == len(old):
        if content == old:
            return None
        end = difference_end(old, content, 0, len(content))
        if proves_survival(content, end, len(content) - end):
            return Change(Snapshot(content, end), content[:end], continues=False)
    return begin(content, buffer_size)
