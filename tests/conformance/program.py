"""The program that a virtual processor runs: lines in its trace buffers, channels on the first vdev, echoes.

It is carried out step by step by whoever runs the processor, and sees what real firmware sees: the resource table in
its memory, the rings, and descriptors with physical addresses.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from rproc_tui.model.processor import State
from rproc_tui.remoteproc.carveout import find_carveout
from rproc_tui.remoteproc.core import Rproc
from tests.conformance.control import CLEAR_ON_WRAP, SILENT, STOP_WHEN_FULL, Control
from tests.remoteproc.machine import Pool

TRACES_MOST = 4
HEAP_EVERY = 4
"""Ticks between two lines in the second trace."""
LOOK_EVERY = 50
"""Milliseconds after which it looks at its table and rings without being kicked."""
TICK_USUAL = 500
NAME_SERVICE = 53
ENDPOINTS = 0x400
PAYLOAD_MOST = 496
DRIVER_OK = 4
TRACE_ENTRY, VDEV_ENTRY = 2, 3


class Trace:
    """One trace buffer, and where the program is in it."""

    def __init__(self, view: memoryview | None, mode: int) -> None:
        self._view = view
        self._mode = mode
        self._position = 0
        if view is not None:
            view[:] = bytes(len(view))

    def put(self, line: bytes) -> None:
        """One line, whole."""
        view = self._view
        if view is None or self._mode == SILENT or len(line) > len(view):
            return
        if self._position + len(line) > len(view):
            if self._mode == STOP_WHEN_FULL:
                return
            if self._mode == CLEAR_ON_WRAP:
                view[:] = bytes(len(view))
            self._position = 0
        view[self._position : self._position + len(line)] = line
        self._position += len(line)


class Ring:
    """The far side of one ring: it takes what is available and gives back what is used."""

    def __init__(self, view: memoryview, num: int, align: int) -> None:
        self._view = view
        self._num = num
        self._available = 16 * num
        self._used = (18 * num + 6 + align - 1) // align * align
        self._seen = 0

    def take(self) -> tuple[int, int, int] | None:
        """Number, physical address and length of the next buffer; None when there is none."""
        (index,) = struct.unpack_from("<H", self._view, self._available + 2)
        if index == self._seen:
            return None
        (head,) = struct.unpack_from("<H", self._view, self._available + 4 + 2 * (self._seen % self._num))
        self._seen = (self._seen + 1) & 0xFFFF
        address, length = struct.unpack_from("<QI", self._view, 16 * head)
        return head, address, length

    def give_back(self, head: int, length: int) -> None:
        """A buffer was used."""
        (index,) = struct.unpack_from("<H", self._view, self._used + 2)
        struct.pack_into("<II", self._view, self._used + 4 + 8 * (index % self._num), head, length)
        struct.pack_into("<H", self._view, self._used + 2, (index + 1) & 0xFFFF)


class Program:
    """One run, from a start or an attach until the processor is halted."""

    def __init__(self, rproc: Rproc, control: Control, now: Callable[[], float]) -> None:
        self._rproc = rproc
        self._control = control
        self._now = now
        self._traces: list[Trace] = []
        self._vdev: memoryview | None = None
        self._rings: list[Ring] = []
        self._hung = False
        self._ticks = 0
        self._tick = control.tick or TICK_USUAL
        self._began = self._last_tick = now()
        self._read_table()

    @property
    def period(self) -> float:
        """Seconds after which it wants to be carried on at the latest."""
        return min(self._tick, LOOK_EVERY) / 1000

    def begin(self) -> None:
        """What it says first."""
        self._say(0, self._control.banner or "vrproc fake firmware")
        rproc = self._rproc
        self._say(0, f"{rproc.name}: entry 0x{rproc.bootaddr:x}, {len(self._traces)} trace buffer(s)")

    def step(self) -> None:
        """Look at everything once. It notices a crash afterwards, and then hangs: it neither logs nor answers."""
        if self._hung:
            return
        self._link()
        self._receive()
        self._tell_time()
        self._hung = self._rproc.state is State.CRASHED
        self._fail_in_time()

    def _read_table(self) -> None:
        table = self._rproc.table
        if table is None:
            return
        (count,) = struct.unpack_from("<I", table, 4)
        for index in range(min(count, len(table) // 4 - 4)):
            (offset,) = struct.unpack_from("<I", table, 16 + 4 * index)
            (kind,) = struct.unpack_from("<I", table, offset)
            if kind == TRACE_ENTRY and len(self._traces) < TRACES_MOST:
                da, length = struct.unpack_from("<II", table, offset + 4)
                self._traces.append(Trace(self._rproc.da_to_va(da, length), self._control.trace_mode))
            elif kind == VDEV_ENTRY and self._vdev is None:
                self._vdev = table[offset + 4 :]

    def _say(self, trace: int, text: str) -> None:
        if trace < len(self._traces):
            self._traces[trace].put(f"[{self._now():12.6f}] {text}\n".encode("utf-8", "surrogateescape"))

    def _link(self) -> None:
        """The host's driver is up once it has set DRIVER_OK in the table."""
        vdev = self._vdev
        if vdev is None or not vdev[20] & DRIVER_OK:
            self._rings = []
            return
        if self._rings:
            return
        for index in range(2):
            carveout = find_carveout(self._rproc, f"vdev0vring{index}")
            if carveout is None or carveout.memory is None:
                self._rings = []
                return
            align, num = struct.unpack_from("<II", vdev, 24 + 20 * index + 4)
            self._rings.append(Ring(carveout.memory.view, num, align))
        (features,) = struct.unpack_from("<I", vdev, 12)
        if features & 1:
            self._announce()

    def _announce(self) -> None:
        for index, name in enumerate(self._control.names):
            if name:
                self._say(0, f"announce {name} at 0x{ENDPOINTS + index:x}")
                message = name.encode()[:32].ljust(32, b"\0") + struct.pack("<2I", ENDPOINTS + index, 0)
                self._send(ENDPOINTS + index, NAME_SERVICE, message)

    def _send(self, source: int, destination: int, data: bytes) -> None:
        """Fill the next buffer that the host lent; without one the message is lost."""
        taken = self._rings[0].take()
        if taken is None:
            return
        head, address, length = taken
        data = data[: length - 16]
        buffer = self._buffer(address, length)
        buffer[: 16 + len(data)] = struct.pack("<3I2H", source, destination, 0, len(data), 0) + data
        self._rings[0].give_back(head, 16 + len(data))
        self._interrupt(0)

    def _receive(self) -> None:
        got = False
        while self._rings and (taken := self._rings[1].take()) is not None:
            got = True
            head, address, length = taken
            buffer = self._buffer(address, length)
            source, destination, _, size, _ = struct.unpack_from("<3I2H", buffer)
            data = bytes(buffer[16 : 16 + min(size, PAYLOAD_MOST)])
            self._rings[1].give_back(head, 0)
            shown = data[:60].split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
            self._say(0, f"rpmsg 0x{source:x} -> 0x{destination:x}, {len(data)} bytes: {shown}")
            if data.startswith(b"crash"):
                self._rproc.report_crash(2)
            else:
                self._send(destination, source, data)
        if got:
            self._interrupt(1)

    def _buffer(self, address: int, length: int) -> memoryview:
        """Memory by physical address."""
        pool = self._rproc.device.pool
        assert isinstance(pool, Pool)
        return pool.view(address, length)

    def _interrupt(self, ring: int) -> None:
        (notifyid,) = struct.unpack_from("<I", self._vdev or b"", 24 + 20 * ring + 12)
        self._rproc.vq_interrupt(notifyid)

    def _tell_time(self) -> None:
        now = self._now()
        if now < self._last_tick + self._tick / 1000:
            return
        self._last_tick = now
        self._say(0, f"tick {self._ticks}")
        if self._ticks % HEAP_EVERY == 0:
            self._say(1, f"heap free {65536 - self._ticks * 24 % 8192}")
        self._ticks += 1

    def _fail_in_time(self) -> None:
        after = self._control.crash_after
        if after and self._now() > self._began + after / 1000:
            self._say(0, "assert failed at main.c:42")
            self._rproc.report_crash(self._control.crash_type)
            self._hung = True
