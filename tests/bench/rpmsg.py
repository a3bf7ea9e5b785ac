"""What the host's side of a message costs: send, interrupt, receive, with a remote side in Python on one thread."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from tests.bench.measure import Measure
from tests.rpmsg.remote import Link

MESSAGES = 100_000
SIZES = (0, 12, 100, 496)


def run() -> Iterator[Measure]:
    """The whole round trip with that remote side, and the host's part of it alone."""
    whole, host = _echo(MESSAGES)
    yield Measure("rpmsg round trip, remote side in Python", statistics.median(whole) * 1e6, 60, "us")
    yield Measure("rpmsg round trip, the host's part", statistics.median(host) * 1e6, 30, "us")
    note = f"{sum(whole):.2f} s for {MESSAGES} messages of {min(SIZES)} to {max(SIZES)} bytes"
    yield Measure("rpmsg echoes a second", MESSAGES / sum(whole), 10_000, "/s", note, at_least=True)


def _echo(count: int) -> tuple[list[float], list[float]]:
    """Seconds of each round trip, and how many of them the host spent."""
    link = Link(16).probed()
    received: list[bytes] = []
    endpoint = link.bus.create_endpoint(lambda data, _source: received.append(data))
    payloads = [bytes(size) for size in SIZES]
    whole, host, clock = [], [], time.perf_counter
    for number in range(count):
        began = clock()
        endpoint.send(payloads[number % len(payloads)], 0x400)
        sent = clock()
        for source, destination, data in link.remote.receive():
            link.remote.put(destination, source, data)
        echoed = clock()
        link.bus.interrupt(0)
        ended = clock()
        whole.append(ended - began)
        host.append(ended - echoed + sent - began)
    if len(received) != count:
        raise AssertionError(f"{len(received)} of {count} messages came back")
    return whole, host
