"""From successive looks at a trace buffer to the lines that firmware wrote, each once and in order.

A look is one whole read of `traceN` in debugfs, which the kernel cuts at the first NUL. What can be known: while less
than a buffer is written between two looks, every byte of a writer that goes round in place comes out once. What cannot:

- Text that equals what it overwrites is seen when the next differing byte comes, and never if none does.
- A writer that hides its previous lap behind a NUL takes the end of that lap with it; a LOST line stands there.
- More than a buffer between two looks is told from less only because nothing survives; so nearly a whole buffer counts
  as more. A LOST line stands there, and what follows is in order only if the firmware prints its time.
- A buffer that was full at the first look may begin anywhere; a SEAM line says so.
- A boot that nobody told of is recognised by a cleared buffer, a firmware time that fell back, or a start that repeats.
  A run that prints the very same text again, and more, looks as if the old one had gone on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.lines import cut_lines, partial_line
from rproc_tui.trace.observe import observe
from rproc_tui.trace.restart import RESTARTED, first_of_run
from rproc_tui.trace.seam import begin
from rproc_tui.trace.snapshot import Change, Snapshot

SAME_BOOT = 5.0
"""Seconds: a boot told this soon after the buffer showed one is the same boot."""


@dataclass(frozen=True, slots=True)
class Tail:
    """What is known of one trace buffer after some looks. A new one has seen nothing yet."""

    buffer_size: int | None = None
    """Bytes of the buffer (`len` of the resource table's trace entry), where known; it sharpens what is told."""
    seen: Snapshot | None = None
    """The last look."""
    partial: bytes = b""
    """Text of a line whose end has not come; at most `clean.MAX_LINE` bytes."""
    booting: bool = False
    """A boot was told and nothing of the new run has been seen."""
    found_boot: float | None = None
    """When the buffer showed a boot that nobody has told of since."""
    newest_time: float | None = None
    """Firmware's time in its newest line that has one."""


def advance(tail: Tail, content: bytes, now: float) -> tuple[Tail, tuple[TraceLine, ...]]:
    """What is known after one more look, and the lines that it brought, in order.

    A line returned with `partial=True` comes again, longer or complete, as the first of a later result.
    """
    content = content.partition(b"\0")[0]
    change = _change(tail, content)
    if change is None:
        return tail, ()
    lines: list[TraceLine] = []
    partial = tail.partial
    if not change.continues:
        is_repeated = change.mark is None and change.new.startswith(partial)
        lines += [] if is_repeated else _ended(tail, now)
        partial = b""
    if change.mark is not None:
        lines.append(TraceLine(change.note, now, change.mark))
    is_boot = change.mark is LineKind.RESTART
    text, partial = cut_lines(partial, change.new, now)
    lines += text
    if change.new and (unfinished := partial_line(partial + change.after.coinciding, now)):
        lines.append(unfinished)
    after = replace(
        tail,
        seen=change.after,
        partial=partial,
        booting=False,
        found_boot=now if is_boot else tail.found_boot,
        newest_time=_newest_time(text, None if is_boot else tail.newest_time),
    )
    return after, tuple(lines)


def restarted(tail: Tail, now: float) -> tuple[Tail, tuple[TraceLine, ...]]:
    """A boot is known: after the last look at the old run, before the first at the new one's text.

    The next look is taken for the new run's text even where it equals what was seen, so it should come when the
    firmware has been loaded ("is now up"), not at the crash. A boot that the buffer has shown already is not marked
    twice.
    """
    if tail.seen is None or tail.booting:
        return tail, ()
    if tail.found_boot is not None and now - tail.found_boot <= SAME_BOOT:
        return replace(tail, found_boot=None), ()
    lines = [*_ended(tail, now), TraceLine(RESTARTED, now, LineKind.RESTART)]
    return replace(tail, partial=b"", booting=True, found_boot=None, newest_time=None), tuple(lines)


def ended(tail: Tail, now: float) -> tuple[TraceLine, ...]:
    """The last line, complete as it stands, where its end has not come: the buffer is gone."""
    return tuple(_ended(tail, now))


def _change(tail: Tail, content: bytes) -> Change | None:
    if tail.seen is None:
        return begin(content, tail.buffer_size)
    if tail.booting:
        return first_of_run(tail.seen, content, tail.buffer_size)
    return observe(tail.seen, content, tail.buffer_size, tail.newest_time)


def _ended(tail: Tail, now: float) -> list[TraceLine]:
    """The line whose end will not come any more, as far as it is known."""
    coinciding = tail.seen.coinciding if tail.seen and tail.partial else b""
    line = partial_line(tail.partial + coinciding, now)
    return [] if line is None else [replace(line, partial=False)]


def _newest_time(lines: list[TraceLine], before: float | None) -> float | None:
    return next((line.firmware_time for line in reversed(lines) if line.firmware_time is not None), before)
