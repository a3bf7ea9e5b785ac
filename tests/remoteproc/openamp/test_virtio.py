from __future__ import annotations

import pytest

from rproc_tui.model.resource_table import STATUS_DRIVER_OK, STATUS_NEEDS_RESET
from rproc_tui.remoteproc.openamp import (
    ReturnCode,
    Role,
    VirtioDevice,
    create_virtio,
    get_notification,
    remove_virtio,
    set_rsc_table,
)
from rproc_tui.rpmsg.vring import vring_size
from tests.remoteproc.images import table, trace
from tests.remoteproc.openamp.remote import ANY, DDR, DTCM, SIZE, Notes, Remote, fails, vdev, word

RINGS = ((DDR + 0x1000, 16, 16, 1), (DDR + 0x2000, 16, 16, 2))
NOTIFY = 5


class Host(Remote):
    """A processor that has a table."""

    def __init__(self, *entries: bytes, ops: object | None = None) -> None:
        super().__init__(ops)
        self.table = self.put(table(*(entries or (vdev(NOTIFY, RINGS, config=b"config!!"),))))
        set_rsc_table(self.remoteproc, self.table)
        self.entry = word(self.table, 16)

    def create(self, index: int = 0, role: int = Role.DRIVER) -> VirtioDevice:
        device = create_virtio(self.remoteproc, index, role)
        assert device is not None
        return device

    @property
    def notified(self) -> list[int]:
        assert isinstance(self.ops, Notes)
        return self.ops.notified


def test_the_host_takes_every_feature_and_notifies_by_the_devices_number() -> None:
    host = Host(vdev(NOTIFY, RINGS, features=0x3000_0001))
    device = host.create()
    assert word(host.table, host.entry + 16) == 0x3000_0001
    assert device.features == 0x3000_0001
    assert host.notified == [NOTIFY]
    device.negotiate_features(0xFF)
    assert (word(host.table, host.entry + 16), device.features) == (1, 1)


def test_rings_are_where_the_table_says_with_their_numbers() -> None:
    device = Host().create()
    assert [(ring.notifyid, ring.num, ring.align) for ring in device.vrings] == [(1, 16, 16), (2, 16, 16)]
    assert [len(ring.view) for ring in device.vrings] == [vring_size(16, 16)] * 2
    assert (device.device_id, device.notifyid, device.role) == (7, NOTIFY, Role.DRIVER)


def test_devices_are_counted_and_the_same_one_is_made_once() -> None:
    host = Host(trace(), vdev(NOTIFY, RINGS), vdev(6, [(DTCM, 16, 4, 7)], device_id=3))
    second = host.create(1)
    assert second.device_id == 3
    assert host.create(0) is host.create(0)
    assert host.create(1) is second
    assert create_virtio(host.remoteproc, 2, Role.DRIVER) is None
    assert host.notified == [6, NOTIFY]


@pytest.mark.parametrize("role", [2, -1, 0xFFFF_FFFF])
def test_there_are_two_roles(role: int) -> None:
    assert create_virtio(Host().remoteproc, 0, role) is None


def test_without_a_table_there_is_no_device() -> None:
    assert create_virtio(Remote().remoteproc, 0, Role.DRIVER) is None


@pytest.mark.parametrize(
    "ring",
    [
        (ANY, 16, 16, 1),
        (0x6000_0000, 16, 16, 1),
        (DDR + SIZE - 8, 16, 16, 1),
        (DDR, 16, 0xFFFF_FFFF, 1),
        (DDR, 0xFFFF_FFFF, 16, 1),
        (DDR, 0x4000_0000, 16, 1),
    ],
    ids=["any", "no memory", "too near the end", "too many", "alignment", "large alignment"],
)
def test_a_ring_without_memory_is_no_device(ring: tuple[int, int, int, int]) -> None:
    host = Host(vdev(NOTIFY, [RINGS[1], ring]))
    assert create_virtio(host.remoteproc, 0, Role.DRIVER) is None
    assert host.remoteproc.vdevs == []
    assert not host.remoteproc.lock.locked()


@pytest.mark.parametrize(("num", "made"), [(65535, True), (65536, False)])
def test_a_ring_has_at_most_65535_descriptors(num: int, made: bool) -> None:
    remote = Remote()
    remote.add("large", 0x9000_0000, 0x9000_0000, 4 << 20)
    view = remote.put(table(vdev(NOTIFY, [(0x9000_0000, 16, num, 1)])))
    set_rsc_table(remote.remoteproc, view)
    assert (create_virtio(remote.remoteproc, 0, Role.DRIVER) is not None) is made


def test_the_remote_side_waits_until_the_driver_is_ok() -> None:
    host = Host()
    waits = 0

    def look() -> None:
        nonlocal waits
        waits += 1
        assert host.remoteproc.lock.locked()
        host.table[host.entry + 24] = STATUS_DRIVER_OK if waits == 3 else 0x03

    device = create_virtio(host.remoteproc, 0, Role.DEVICE, yield_cpu=look)
    assert device is not None
    assert waits == 3
    assert host.notified == []
    assert word(host.table, host.entry + 16) == 0  # it negotiates nothing


def test_what_the_waiting_raises_ends_it() -> None:
    host = Host()

    def give_up() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        create_virtio(host.remoteproc, 0, Role.DEVICE, yield_cpu=give_up)
    assert not host.remoteproc.lock.locked()


def test_every_write_of_the_host_notifies() -> None:
    host = Host()
    device = host.create()
    host.notified.clear()
    device.set_status(STATUS_DRIVER_OK)
    device.set_features(1)
    device.write_config(2, b"xy")
    assert host.notified == [NOTIFY] * 3
    assert device.status == host.table[host.entry + 24] == STATUS_DRIVER_OK
    assert device.read_config(0, 8) == b"coxyig!!"


@pytest.mark.parametrize(("offset", "length"), [(0, 9), (8, 1), (0xFFFF_FFFF, 1)])
def test_configuration_outside_its_space_is_not_there(offset: int, length: int) -> None:
    host = Host()
    device = host.create()
    host.notified.clear()
    before = bytes(host.ddr)
    assert device.read_config(offset, length) == b""
    device.write_config(offset, bytes(length))
    assert (bytes(host.ddr), host.notified) == (before, [])


def test_a_reset_asks_for_one_and_only_the_host_can() -> None:
    host = Host()
    host.create().reset()
    assert host.table[host.entry + 24] == STATUS_NEEDS_RESET
    other = Host()
    other.table[other.entry + 24] = STATUS_DRIVER_OK
    other.create(role=Role.DEVICE).reset()
    assert other.table[other.entry + 24] == STATUS_DRIVER_OK


@pytest.mark.parametrize(("role", "left"), [(Role.DRIVER, 0), (Role.DEVICE, 0xFF)])
def test_only_the_host_clears_the_rings(role: Role, left: int) -> None:
    host = Host()
    host.table[host.entry + 24] = STATUS_DRIVER_OK
    size = vring_size(16, 16)
    host.ddr[0x1000 : 0x1000 + size + 1] = b"\xff" * (size + 1)
    vrings = host.create(role=role).create_virtqueues([None])
    assert [(vring.num, vring.align) for vring in vrings] == [(16, 16)]
    assert set(host.ddr[0x1000 : 0x1000 + size]) == {left}
    assert host.ddr[0x1000 + size] == 0xFF


@pytest.mark.parametrize("rings", [[], [(DDR, 16, 0, 1)], [(DDR, 0, 16, 1)]], ids=["none", "empty", "unaligned"])
def test_queues_that_cannot_be_are_invalid(rings: list[tuple[int, int, int, int]]) -> None:
    device = Host(vdev(NOTIFY, rings)).create()
    with fails(ReturnCode.EINVAL):
        device.create_virtqueues([None])


@pytest.mark.parametrize(("number", "called"), [(1, ["rx"]), (2, ["tx"]), (ANY, ["rx", "tx"]), (NOTIFY, []), (9, [])])
def test_a_notification_reaches_the_rings_of_its_number(number: int, called: list[str]) -> None:
    host = Host()
    seen: list[str] = []
    host.create().create_virtqueues([lambda: seen.append("rx"), lambda: seen.append("tx")])
    get_notification(host.remoteproc, number)
    assert seen == called


def test_a_device_that_is_removed_hears_no_more_and_can_be_made_again() -> None:
    host = Host()
    seen: list[int] = []
    device = host.create()
    device.create_virtqueues([lambda: seen.append(1)])
    status = device.status
    remove_virtio(host.remoteproc, device)
    remove_virtio(host.remoteproc, device)
    remove_virtio(host.remoteproc, None)
    get_notification(host.remoteproc, ANY)
    assert (seen, device.status) == ([], status)
    assert host.create() is not device


def test_the_reset_callback_is_kept_for_whoever_sees_the_reset() -> None:
    host = Host()
    seen: list[VirtioDevice] = []
    device = create_virtio(host.remoteproc, 0, Role.DRIVER, seen.append)
    assert device is not None
    assert device.reset_callback is not None
    device.reset_callback(device)
    assert seen == [device]


def test_kicking_a_ring_notifies_by_the_rings_number() -> None:
    host = Host()
    device = host.create()
    host.notified.clear()
    device.kick(1)
    device.kick(0)
    assert host.notified == [2, 1]


def test_a_driver_that_cannot_notify_is_no_failure() -> None:
    device = Host(ops=object()).create()
    device.set_status(1)
    device.kick(0)
    assert device.status == 1
