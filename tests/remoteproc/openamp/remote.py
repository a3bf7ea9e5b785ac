"""A processor of OpenAMP with a driver that only takes notes, and tables as OpenAMP reads them."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from rproc_tui.remoteproc.openamp import (
    IoRegion,
    Memory,
    OpenampError,
    OpenampState,
    Remoteproc,
    ReturnCode,
    SeekableStore,
    StreamingStore,
    init,
)

ANY = 0xFFFFFFFF
TCM, TCM_PA = 0x0, 0x7800_0000
DTCM, DTCM_PA = 0x2000_0000, 0x7802_0000
DDR = 0x8000_0000
SIZE = 0x10000


class Notes:
    """A driver with every operation of the life cycle; each can be told to fail with a code."""

    def __init__(self, **failing: int) -> None:
        self.failing = failing
        self.calls: list[str] = []
        self.notified: list[int] = []

    def _note(self, name: str) -> None:
        self.calls.append(name)
        if name in self.failing:
            raise OpenampError(self.failing[name])

    def remove(self, _remoteproc: Remoteproc) -> None:
        self._note("remove")

    def config(self, _remoteproc: Remoteproc, data: object) -> None:
        self._note("config")

    def start(self, _remoteproc: Remoteproc) -> None:
        self._note("start")

    def stop(self, _remoteproc: Remoteproc) -> None:
        self._note("stop")

    def shutdown(self, _remoteproc: Remoteproc) -> None:
        self._note("shutdown")

    def notify(self, _remoteproc: Remoteproc, notifyid: int) -> None:
        self.notified.append(notifyid)


class Remote:
    """A processor with two TCMs, whose addresses differ on the two sides, and DDR, where they are the same."""

    def __init__(self, ops: object | None = None, state: OpenampState = OpenampState.READY) -> None:
        self.log: list[tuple[int, str]] = []
        self.ops = Notes() if ops is None else ops
        made = init(Remoteproc(lambda level, text: self.log.append((level, text))), self.ops)
        assert made is not None
        self.remoteproc = made
        self.remoteproc.state = state
        self.tcm, self.dtcm, self.ddr = (
            self.add(name, pa, da)
            for name, pa, da in (("tcm", TCM_PA, TCM), ("dtcm", DTCM_PA, DTCM), ("ddr", DDR, DDR))
        )

    def add(self, name: str, pa: int, da: int, size: int = SIZE) -> memoryview:
        view = memoryview(bytearray(size))
        self.remoteproc.mems.append(Memory(name, pa, da, size, IoRegion(view, pa)))
        return view

    def put(self, table: bytes, at: int = 0x100) -> memoryview:
        """A table in DDR."""
        self.ddr[at : at + len(table)] = table
        return self.ddr[at : at + len(table)]

    @property
    def state(self) -> OpenampState:
        return self.remoteproc.state

    @property
    def ids(self) -> set[int]:
        return set(self.remoteproc.notify_ids.taken)


@contextmanager
def fails(code: int) -> Iterator[None]:
    """The block fails with this code."""
    with pytest.raises(OpenampError) as caught:
        yield
    assert ReturnCode(caught.value.code) is ReturnCode(code)


def seekable(image: bytes, first: int = 512) -> SeekableStore:
    return SeekableStore(lambda _path: io.BytesIO(image), first)


def streaming(image: bytes, first: int = 512, keep: int = 0) -> StreamingStore:
    return StreamingStore(lambda _path: io.BytesIO(image), first, keep)


Ring = tuple[int, int, int, int]
"""da, align, num, notifyid"""


def vdev(
    notifyid: int = ANY,
    rings: Sequence[Ring] = ((DDR + 0x1000, 16, 16, ANY), (DDR + 0x2000, 16, 16, ANY)),
    *,
    features: int = 1,
    config: bytes = b"",
    device_id: int = 7,
) -> bytes:
    head = struct.pack("<6I4B", 3, device_id, notifyid, features, 0, len(config), 0, len(rings), 0, 0)
    return head + b"".join(struct.pack("<5I", *ring, 0) for ring in rings) + config


def word(view: memoryview | bytes, at: int) -> int:
    return int.from_bytes(view[at : at + 4], "little")
