"""A processor in Python lives through OpenAMP's whole life cycle, and answers messages while it runs."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

from rproc_tui.model.openamp_state import OpenampState
from rproc_tui.model.resource_table import STATUS_ACKNOWLEDGE, STATUS_DRIVER, STATUS_DRIVER_OK, STATUS_NEEDS_RESET
from rproc_tui.remoteproc.openamp import (
    IoRegion,
    Memory,
    OpenampError,
    Remoteproc,
    ReturnCode,
    Role,
    SeekableStore,
    add_mem,
    config,
    create_virtio,
    get_io_with_name,
    get_notification,
    init,
    init_mem,
    load,
    remove,
    remove_virtio,
    set_rsc_table,
    shutdown,
    start,
    stop,
)
from rproc_tui.rpmsg.bus import RpmsgBus
from rproc_tui.rpmsg.vring import Vring
from tests.remoteproc import images
from tests.remoteproc.images import Image, table
from tests.remoteproc.openamp.remote import Notes, vdev

CODE, SHARED = 0x0, 0x8000_0000
BUFFERS = 0x1_0000
SIZE = 0x2_0000
RINGS = ((SHARED + 0x1000, 16, 16, 11), (SHARED + 0x2000, 16, 16, 12))
TABLE = table(vdev(10, RINGS))
ECHO = 0x400
IMAGE = Image(
    table=TABLE,
    table_address=SHARED + 0x100,
    entry=0x20,
    segments=[images.Segment(CODE, b"ECHO" * 16), images.Segment(SHARED + 0x800, b"", 0x100)],
).build()


class EchoFirmware:
    """The remote side, on the same memory: what comes in goes back, by the rules of a virtio device."""

    def __init__(self, code: memoryview, shared: memoryview, notify: Callable[[int], None]) -> None:
        assert bytes(code[:4]) == b"ECHO"
        self.notified: list[int] = []
        self.shared = shared
        self.mine = Remoteproc()
        assert init(self.mine, self, None) is self.mine
        add_mem(self.mine, Memory("shared", SHARED, SHARED, SIZE, IoRegion(shared, SHARED)))
        self.host_notify = notify
        self.answered = 0
        self.taken = [0, 0]
        self.vrings: list[Vring] = []

    def notify(self, _remoteproc: Remoteproc, notifyid: int) -> None:
        self.host_notify(notifyid)

    def run(self) -> None:
        """Its main loop as far as it gets: wait for the host, then serve."""
        if self.mine.rsc_table is None:
            set_rsc_table(self.mine, self.shared[0x100 : 0x100 + len(TABLE)])
        device = create_virtio(self.mine, 0, Role.DEVICE)  # the host has set DRIVER_OK
        assert device is not None
        if not self.vrings:
            self.vrings = device.create_virtqueues([None, None])
        self._serve(device.kick)

    def _serve(self, kick: Callable[[int], None]) -> None:
        to_host, from_host = self.vrings
        while self.taken[1] != from_host.available_index:
            message = self._read(from_host)
            self._write(to_host, message)
            self.answered += 1
        kick(0)
        kick(1)

    def _read(self, ring: Vring) -> bytes:
        head = ring.available_entry(self.taken[1] % ring.num)
        address, length, _, _ = ring.descriptor(head)
        self._use(ring, 1, head, 0)
        return bytes(self.shared[address - SHARED : address - SHARED + length])

    def _write(self, ring: Vring, message: bytes) -> None:
        source, destination, _, length, flags = struct.unpack_from("<IIIHH", message)
        answer = struct.pack("<IIIHH", destination, source, 0, length, flags) + message[16 : 16 + length]
        head = ring.available_entry(self.taken[0] % ring.num)
        address, _, _, _ = ring.descriptor(head)
        self.shared[address - SHARED : address - SHARED + len(answer)] = answer
        self._use(ring, 0, head, len(answer))

    def _use(self, ring: Vring, which: int, head: int, length: int) -> None:
        slot = self.taken[which] % ring.num
        ring._elements[2 * slot], ring._elements[2 * slot + 1] = head, length
        self.taken[which] += 1
        ring._used[1] = self.taken[which] & 0xFFFF


class Processor(Notes):
    """Its driver."""

    def __init__(self) -> None:
        super().__init__()
        self.code, self.shared = memoryview(bytearray(SIZE)), memoryview(bytearray(SIZE))
        self.firmware: EchoFirmware | None = None

    def config(self, remoteproc: Remoteproc, data: object) -> None:
        super().config(remoteproc, data)
        add_mem(remoteproc, init_mem("code", 0x4000_0000, CODE, SIZE, IoRegion(self.code, 0x4000_0000)))
        add_mem(remoteproc, init_mem("shared", SHARED, SHARED, SIZE, IoRegion(self.shared, SHARED)))

    def start(self, remoteproc: Remoteproc) -> None:
        super().start(remoteproc)
        assert remoteproc.bootaddr == 0x20
        self.firmware = EchoFirmware(self.code, self.shared, lambda number: get_notification(remoteproc, number))

    def stop(self, remoteproc: Remoteproc) -> None:
        super().stop(remoteproc)
        self.firmware = None

    def shutdown(self, remoteproc: Remoteproc) -> None:
        super().shutdown(remoteproc)
        remoteproc.mems.clear()
        remoteproc.rsc_table = remoteproc.rsc_io = None


def bring_up(remoteproc: Remoteproc) -> None:
    config(remoteproc)
    load(remoteproc, "echo.elf", SeekableStore(lambda _path: io.BytesIO(IMAGE)))


def test_from_init_to_remove() -> None:
    driver = Processor()
    remoteproc = init(Remoteproc(), driver)
    assert remoteproc is not None
    bring_up(remoteproc)
    assert remoteproc.state is OpenampState.READY
    assert bytes(driver.code[:8]) == b"ECHOECHO"  # looked at before it runs
    assert remoteproc.notify_ids.taken == {10, 11, 12}
    start(remoteproc)

    device = create_virtio(remoteproc, 0, Role.DRIVER)
    assert device is not None
    device.set_status(STATUS_ACKNOWLEDGE | STATUS_DRIVER)
    region = get_io_with_name(remoteproc, "shared")
    assert region is not None
    buses: list[RpmsgBus] = []
    receive, send = device.create_virtqueues([lambda: buses[0].interrupt(0), lambda: buses[0].interrupt(1)])
    buses.append(
        RpmsgBus(
            "echo",
            receive,
            send,
            region.view[BUFFERS:],
            SHARED + BUFFERS,
            kick=device.kick,
            log=lambda _level, _text: None,
            name_service=False,
            monotonic=lambda: 0.0,
        )
    )
    buses[0].probe(lambda: device.set_status(device.status | STATUS_DRIVER_OK))
    assert driver.notified == [10, 10, 10, 11]  # features, two statuses, the receive ring

    assert driver.firmware is not None
    heard: list[bytes] = []
    endpoint = buses[0].create_endpoint(lambda data, _source: heard.append(bytes(data)), ECHO)
    for number in range(40):
        endpoint.send(b"hello %d" % number, ECHO + 1)
        driver.firmware.run()
    assert heard == [b"hello %d" % number for number in range(40)]

    device.reset()
    assert device.status == STATUS_NEEDS_RESET
    buses[0].remove()
    remove_virtio(remoteproc, device)
    stop(remoteproc)
    assert remoteproc.state.word == "stopped"
    assert b"hello 39" in bytes(driver.shared)  # and looked at after it stopped
    assert get_io_with_name(remoteproc, "shared") is region
    shutdown(remoteproc)
    remove(remoteproc)
    assert driver.calls == ["config", "start", "stop", "shutdown", "remove"]


def test_a_second_life_is_like_the_first() -> None:
    driver = Processor()
    remoteproc = init(Remoteproc(), driver)
    assert remoteproc is not None
    for _ in range(2):
        bring_up(remoteproc)
        start(remoteproc)
        device = create_virtio(remoteproc, 0, Role.DRIVER)
        assert device is not None
        assert device.notifyid == 10
        remove_virtio(remoteproc, device)
        shutdown(remoteproc)
    assert driver.calls == ["config", "start", "stop", "shutdown"] * 2


def test_a_processor_that_runs_already_is_joined_without_loading() -> None:
    driver = Processor()
    driver.shared[0x100 : 0x100 + len(TABLE)] = TABLE
    remoteproc = init(Remoteproc(), driver)
    assert remoteproc is not None
    driver.config(remoteproc, None)
    set_rsc_table(remoteproc, driver.shared[0x100 : 0x100 + len(TABLE)])
    device = create_virtio(remoteproc, 0, Role.DRIVER)
    assert device is not None
    assert remoteproc.state is OpenampState.OFFLINE
    assert driver.notified == [10]
    remove_virtio(remoteproc, device)
    seen = 0
    try:
        start(remoteproc)
    except OpenampError as error:
        seen = error.code
    assert seen == ReturnCode.EINVAL
