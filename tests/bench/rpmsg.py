"""What a message costs: the host's side alone, and to the demo board's firmware and back; and whether all of them come.

A remote side in Python, on one thread, shows what the host's side of sending, interrupt and receiving takes.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator

from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.rpmsg.addresses import ADDRESS_ANY
from rproc_tui.rpmsg.char_device import CharDevice
from tests.bench.measure import Measure
from tests.demo_board import announced, demo_board
from tests.emulator.endurance import endure
from tests.rpmsg.remote import Link

MESSAGES = 100_000
SIZES = (0, 12, 100, 496)
ROUND_TRIPS = 5_000
NODE = "rpmsg0"


def run() -> Iterator[Measure]:
    """The whole round trip with that remote side, and the host's part of it alone."""
    whole, host = _echo(MESSAGES)
    yield Measure("rpmsg round trip, remote side in Python", statistics.median(whole) * 1e6, 60, "us")
    yield Measure("rpmsg round trip, the host's part", statistics.median(host) * 1e6, 30, "us")
    note = f"{sum(whole):.2f} s for {MESSAGES} messages of {min(SIZES)} to {max(SIZES)} bytes"
    yield Measure("rpmsg echoes a second", MESSAGES / sum(whole), 10_000, "/s", note, at_least=True)
    device, port = asyncio.run(_emulated())
    yield Measure("rpmsg round trip, emulated firmware", statistics.median(device) * 1e6, 100, "us")
    yield Measure("the same through the port, on the event loop", statistics.median(port) * 1e6, 100, "us")
    yield _endurance()


def _endurance() -> Measure:
    """Raises where a message is lost, doubled or changed while the remote runs."""
    began = time.perf_counter()
    tally = endure(MESSAGES, seed=int(time.time()), most_of_a_life=1000)
    note = f"of {tally.sent} in {tally.lives} lives with {tally.crashes} crashes; {tally.cut_off} on the way at an end"
    return Measure("rpmsg messages lost or doubled", 0, 0, "", f"{note}; {time.perf_counter() - began:.0f} s")


async def _emulated() -> tuple[list[float], list[float]]:
    """Seconds of each round trip to the demo board's hub, by its character device, and by the port."""
    with tempfile.TemporaryDirectory() as folder:
        host = demo_board(folder)
        await announced(host)
        device = await asyncio.to_thread(_by_device, host)
        port = await _by_port(host)
        await host.close()
    return device, port


def _by_device(host: EmulatedHost) -> list[float]:
    device, took, clock = host._registry.dev_nodes()[NODE].behind, [], time.perf_counter
    assert isinstance(device, CharDevice)
    device.open()
    for number in range(ROUND_TRIPS):
        payload = bytes(SIZES[number % len(SIZES)])
        began = clock()
        device.write(payload)
        answer = device.read(512)
        took.append(clock() - began)
        assert answer == payload
    device.close()
    return took


async def _by_port(host: EmulatedHost) -> list[float]:
    endpoint, took, clock = (
        await host.open_endpoint(f"/dev/{NODE}", "", ADDRESS_ANY, ADDRESS_ANY),
        [],
        time.perf_counter,
    )
    for number in range(ROUND_TRIPS):
        payload = bytes(SIZES[number % len(SIZES)])
        began = clock()
        await endpoint.send(payload)
        answer = await endpoint.receive()
        took.append(clock() - began)
        assert answer == payload
    await endpoint.close()
    return took


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
