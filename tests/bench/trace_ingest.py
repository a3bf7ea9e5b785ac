"""How fast trace text becomes lines in a ring: tail, cleaning and ring together, on buffers as firmware has them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from rproc_tui.trace.ring import TraceRing
from rproc_tui.trace.tail import Tail, advance
from tests.bench.measure import Measure

_LINES = 60_000
_BUFFER = 1 << 20


def _plain(number: int) -> bytes:
    return b"[00:%02d:%02d.%03d,000] <inf> hub: tick %d temp=23.4 and the rest of a line\n" % (
        number // 60_000 % 60,
        number // 1000 % 60,
        number % 1000,
        number,
    )


def _coloured(number: int) -> bytes:
    return b"\x1b[0m" + _plain(number)[:-1] + b"\x1b[0m\r\n"


def _looks(line: Callable[[int], bytes], batch: int, size: int) -> Iterator[bytes]:
    """What the file shows after each batch of lines: a ring of `size` bytes, overwritten in place."""
    buffer, position, filled = bytearray(size), 0, 0
    for first in range(0, _LINES, batch):
        text = b"".join(line(number) for number in range(first, first + batch))
        head = min(len(text), size - position)
        buffer[position : position + head] = text[:head]
        buffer[: len(text) - head] = text[head:]
        filled = max(filled, min(position + len(text), size))
        position = (position + len(text)) % size
        yield bytes(buffer[:filled])


def _ingest(line: Callable[[int], bytes], batch: int, size: int) -> float:
    """Lines a second, without the writer's time."""
    tail, ring, spent = Tail(buffer_size=size), TraceRing(), 0.0
    for moment, content in enumerate(_looks(line, batch, size)):
        begun = time.perf_counter()
        tail, lines = advance(tail, content, float(moment))
        ring.append(lines)
        spent += time.perf_counter() - begun
    if ring.stop < _LINES:
        raise AssertionError(f"only {ring.stop} of {_LINES} lines came out")
    return _LINES / spent


def _seconds_a_look(content: bytes, following: bytes) -> float:
    tail, _ = advance(Tail(buffer_size=_BUFFER), content, 0.0)
    begun = time.perf_counter()
    for _ in range(50):
        advance(tail, following, 1.0)
    return (time.perf_counter() - begun) / 50


def run() -> Iterator[Measure]:
    """The figures beside the budget of the design."""
    for name, value in figures().items():
        if name.startswith("lines/s"):
            yield Measure(f"trace ingest, {name.partition(', ')[2]}", value, 200_000, "lines/s", at_least=True)
        else:
            yield Measure(f"trace, {name.removeprefix('us ')}", value, float("inf"), "us")


def figures() -> dict[str, float]:
    """Lines a second by batch, and microseconds a look at buffers in which little or nothing happened."""
    full = b"".join(_plain(number) for number in range(_BUFFER // 60))[: _BUFFER - 2]
    halfway = full[: len(full) // 2]
    return {
        "lines/s, batches of 1000, 1 MiB buffer": _ingest(_plain, 1000, _BUFFER),
        "lines/s, batches of 10, 4 KiB buffer": _ingest(_plain, 10, 4096),
        "lines/s, batches of 10, 64 KiB buffer": _ingest(_plain, 10, 65536),
        "lines/s, batches of 1000, colours and CR LF": _ingest(_coloured, 1000, _BUFFER),
        "us a look, 1 MiB unchanged": 1e6 * _seconds_a_look(full, bytes(bytearray(full))),
        "us a look, 512 KiB and one line more": 1e6 * _seconds_a_look(halfway, halfway + _plain(1)),
    }
