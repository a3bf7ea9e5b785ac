"""What a writer did between two looks at its buffer.

None of the firmware's writers leaves a header, so all that is known is two snapshots and where the writer was:

- It appended: the new content begins with the old.
- It went round and left old text standing (Zephyr's RAM console, TI's memory log): the content keeps its length and
  changes in one stretch from the write point on.
- It went round and put a NUL behind each character (ST's log): the content shrinks to what was written since, and
  what was written between the last look and the end of the buffer can never be read.
- It was cleared, and began anew later: a boot.
- It was caught between a character and its NUL: the previous lap shows for one look.
"""

from __future__ import annotations

from rproc_tui.model.trace_line import LineKind
from rproc_tui.trace.compare import difference_end, proves_survival
from rproc_tui.trace.overwrite import overwritten
from rproc_tui.trace.restart import begins_anew, fell_back, restart
from rproc_tui.trace.snapshot import Change, Snapshot


def observe(seen: Snapshot, content: bytes, buffer_size: int | None, newest_time: float | None) -> Change | None:
    """The difference between what was seen and `content`; None when there is none.

    `newest_time` is the firmware's time of the newest line, where it prints one.
    """
    if content == seen.content:
        return None
    if not content:  # by a boot, or by a stop, long before the next boot: the mark waits for the new run's first text
        return Change(Snapshot(b"", 0, emptied=True), b"", continues=False)
    if seen.emptied:
        return restart(content, buffer_size)
    appends = seen.position is None or seen.position == len(seen.content)
    if appends and content.startswith(seen.content):
        return _appended(seen, content)
    if len(content) < len(seen.content):
        return _shrunk(seen, content, buffer_size, newest_time)
    return overwritten(seen, content, buffer_size, newest_time)


def _appended(seen: Snapshot, content: bytes) -> Change:
    position, hidden = len(seen.content), seen.hidden
    if len(content) >= len(hidden) > position:
        end = difference_end(content, hidden, position, len(hidden))
        if proves_survival(content, end, len(hidden) - end):
            content, hidden = content[:end], b""  # the NUL behind the last character has not been written yet
    return Change(Snapshot(content, len(content), hidden), content[position:])


def _shrunk(seen: Snapshot, content: bytes, buffer_size: int | None, newest_time: float | None) -> Change:
    old, position = seen.content, seen.position
    after = Snapshot(content, len(content), hidden=old)
    if position is not None and 0 < position <= len(content) and content.startswith(old[:position]):
        return Change(after, content[position:])  # the NUL that hides the previous lap has arrived
    if _is_boot(old, content, buffer_size, newest_time):
        return restart(content, buffer_size)
    unread = None if buffer_size is None else max(buffer_size - 1 - len(old), 0)
    if unread == 0:
        return Change(after, content)
    return Change(after, content, LineKind.LOST, _unread(unread), continues=False)


def _is_boot(old: bytes, content: bytes, buffer_size: int | None, newest_time: float | None) -> bool:
    """Whether a shorter content is a new run's: it begins like one, or the old lap was far from its end."""
    whole_lines = content.partition(b"\n")[2] if content[:1].isdigit() else content  # its time may be torn in two
    by_time = fell_back(whole_lines, newest_time)
    if by_time is not None:
        return by_time
    return begins_anew(old, content, buffer_size)


def _unread(size: int | None) -> str:
    amount = "text" if size is None else f"up to {size} bytes"
    return f"text lost: {amount} between the last look and the end of the buffer can no longer be read"
