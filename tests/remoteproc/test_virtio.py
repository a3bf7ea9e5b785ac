import errno
import struct

import pytest

from rproc_tui.remoteproc.carveout import Carveout
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.device import DmaMemory
from rproc_tui.remoteproc.profile import V5_10, V5_19, V6_1, V6_12, Profile
from rproc_tui.rpmsg.vring import vring_size
from tests.remoteproc.example_driver import ExampleDriver
from tests.remoteproc.images import ANY, Image, carveout, table, vdev
from tests.remoteproc.rig import CLASS, Rig, refused

VDEV_AT = 20
"""Of the entry in a table that has only this one; its payload is 4 bytes further."""
STATUS_AT, GUEST_FEATURES_AT = VDEV_AT + 24, VDEV_AT + 16
BUS = "/sys/bus/virtio/devices/virtio0/"


class WatchingDriver(ExampleDriver):
    """Sees what the firmware would see of its table at each kick."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[int, int, int]] = []

    def kick(self, rproc: Rproc, notifyid: int) -> None:
        super().kick(rproc, notifyid)
        status, features = self.dtcm[STATUS_AT], self.dtcm[GUEST_FEATURES_AT]
        self.seen.append((notifyid, status, features))


def test_the_firmware_is_kicked_once_the_rings_are_ready() -> None:
    driver = WatchingDriver()
    rig = Rig(driver=driver)
    rig.start(Image(table=table(vdev())))
    assert driver.seen == [(0, 7, 1)]
    memory = rig.rproc.carveouts[1].memory
    assert memory is not None
    assert struct.unpack_from("<HH", memory.view, 16 * 16) == (0, 16), "sixteen buffers lent to receive"
    address, length, flags, _ = struct.unpack_from("<QIHH", memory.view)
    assert (length, flags, address % 4096) == (512, 2, 0)


def test_the_table_tells_where_the_rings_are_and_their_numbers() -> None:
    rig = Rig()
    rig.start(Image(table=table(vdev(), vdev(3, vrings=1), vdev())))
    rings = [ring.notifyid for one in rig.rproc.vdevs for ring in one.rings]
    assert rings == [0, 1, 2, 3, 4]
    text = rig.read("/resource_table")
    for number in range(5):
        assert f"Notify ID {number}\n    Physical" in text
    addresses = {one.name: one.da for one in rig.rproc.carveouts}
    assert f"Device Address {addresses['vdev2vring1']:#x}\n" in text
    assert (
        "Vring 0\n    Device Address 0xffffffff\n    Alignment 4096\n    Number of buffers 16\n    Notify ID 2" in text
    )


@pytest.mark.parametrize(
    ("offered", "accepted"),
    [(0, 0), (1, 1), (2, 0), (0xFFFF_FFFF, 1 | 3 << 28), (1 << 29 | 1, 1 << 29 | 1), (1 << 24 | 1 << 27, 0)],
)
def test_features_are_what_driver_and_rings_know(offered: int, accepted: int) -> None:
    rig = Rig()
    rig.start(Image(table=table(vdev(features=offered))))
    assert struct.unpack_from("<I", rig.driver.dtcm, GUEST_FEATURES_AT) == (accepted,)
    bits = "".join(str(accepted >> bit & 1) for bit in range(64))
    assert rig.files.read(BUS + "features").decode() == bits + "\n"


def test_a_stopped_firmwares_table_says_acknowledged() -> None:
    rig = Rig()
    rig.start(Image(table=table(vdev())))
    assert rig.files.read(BUS + "status") == b"0x00000007\n"
    rig.write("state", "stop")
    assert rig.driver.dtcm[STATUS_AT] == 1


def test_a_device_without_a_driver_stays_acknowledged() -> None:
    rig = Rig()
    rig.start(Image(table=table(vdev(60, features=0))))
    assert "<6> rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 60)" in rig.machine.take_lines()
    assert rig.driver.dtcm[STATUS_AT] == 1
    assert "driver" not in rig.files.list(BUS)
    assert rig.files.read(BUS + "modalias") == b"virtio:d0000003Cv00000000\n"
    assert rig.driver.kicks == []
    rig.write("state", "stop")
    rig.assert_nothing_is_held()


@pytest.mark.parametrize(
    ("num", "align", "size", "pages"),
    [
        (2, 16, 70, 0x1000),
        (8, 16, 230, 0x1000),
        (16, 16, 438, 0x1000),
        (16, 4096, 4230, 0x2000),
        (32, 16, 854, 0x1000),
        (256, 16, 6678, 0x2000),
        (256, 4096, 10246, 0x3000),
        (512, 4096, 16390, 0x5000),
    ],
)
def test_rings_take_whole_pages(num: int, align: int, size: int, pages: int) -> None:
    rig = Rig()
    rig.start(Image(table=table(vdev(num=num, align=align))))
    assert vring_size(num, align) == size
    assert [one.length for one in rig.rproc.carveouts[1:]] == [pages, pages]


@pytest.mark.parametrize("profile", [V5_10, V5_19, V6_1, V6_12], ids=lambda profile: profile.name)
@pytest.mark.parametrize(("num", "align"), [(0, 4096), (16, 0), (0xFFFF_FFFF, 0)])
def test_a_ring_without_buffers_or_alignment(profile: Profile, num: int, align: int) -> None:
    """Newer kernels boot without the vdev and keep an orphan; before 6.1 the boot fails."""
    rig = Rig(profile)
    image = Image(table=table(vdev(num=num, align=align)))
    shown = num - (1 << 32) if num >> 31 else num
    complaint = f"<3> invalid qsz ({shown}) or alignment ({align})"
    if not profile.vdev_is_platform_device:
        with refused(errno.EINVAL):
            rig.start(image)
        assert complaint in rig.lines()
        rig.assert_nothing_is_held()
        return
    rig.start(image)
    said = rig.lines()
    probe = {
        V6_1: "<4> rproc-virtio: probe of rproc-virtio.0.auto failed with error -22",
        V6_12: "<3> rproc-virtio rproc-virtio.0.auto: probe with driver rproc-virtio failed with error -22",
    }
    assert said[said.index(complaint) + 1] == probe[profile]
    assert rig.read("state") == "running\n"
    rig.write("state", "stop")
    assert "rproc-virtio.0.auto" in rig.files.list(CLASS)
    rig.start(Image())
    assert rig.rproc.vdevs[0].name == "rproc-virtio.1.auto"
    rig.registry.delete(rig.rproc)
    rig.registry.free(rig.rproc)
    assert "<6> releasing m4" not in rig.lines()


@pytest.mark.parametrize("vrings", [0, 1])
def test_rpmsg_wants_two_rings(vrings: int) -> None:
    rig = Rig()
    rig.start(Image(table=table(vdev(vrings=vrings))))
    assert rig.machine.take_lines()[2:4] == [
        "<3> virtio_rpmsg_bus virtio0: probe with driver virtio_rpmsg_bus failed with error -12",
        "<6> rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 7)",
    ]
    assert rig.driver.dtcm[STATUS_AT] == 0x83
    rig.write("state", "stop")
    rig.assert_nothing_is_held()


def test_messages_need_memory_for_their_buffers() -> None:
    rig = Rig()
    alloc = rig.pool.alloc
    rig.pool.alloc = lambda size: alloc(size) if size != 32 * 512 else None  # type: ignore[method-assign]
    rig.start(Image(table=table(vdev())))
    assert "<3> virtio_rpmsg_bus virtio0: probe with driver virtio_rpmsg_bus failed with error -12" in rig.lines()
    rig.write("state", "stop")
    rig.assert_nothing_is_held()


class ReservingDriver(ExampleDriver):
    """Its device tree has memory for the rings and the buffers."""

    def __init__(self, buffer: Carveout, ring: int = 0x2000) -> None:
        super().__init__()
        self.buffer = buffer
        self.ring = ring

    def prepare(self, rproc: Rproc) -> None:
        for number in range(2):
            at = 0x9100_0000 + number * 0x2000
            rproc.add_carveout(f"vdev0vring{number}", at, DmaMemory(at, memoryview(bytearray(self.ring))))
        rproc.register_carveout(self.buffer)
        super().prepare(rproc)


def reserved(size: int) -> DmaMemory:
    return DmaMemory(0x9200_0000, memoryview(bytearray(size)))


def test_memory_of_the_device_tree_is_used_where_it_has_the_kernels_names() -> None:
    memory = reserved(0x4000)
    rig = Rig(driver=ReservingDriver(Carveout("vdev0buffer", 0x9200_0000, 0x4000, reserved=memory)))
    rig.start(Image(table=table(vdev())))
    assert rig.pool.out == {}
    assert "Device Address 0x91000000\n" in rig.read("/resource_table")
    ring = rig.rproc.carveouts[0].memory
    assert ring is not None
    assert struct.unpack_from("<QI", ring.view) == (0x9200_0000, 512)
    assert not [line for line in rig.lines() if "mapped" in line]
    assert "Name: vdev0buffer\n\tVirtual address: 0000000000000000\n\tDMA address: 0x0000000000000000" in rig.read(
        "/carveout_memories"
    )


def test_a_mapped_buffer_region_is_used_with_a_warning() -> None:
    rig = Rig(driver=ReservingDriver(Carveout("vdev0buffer", 0x9200_0000, 0x4000, reserved(0x4000))))
    rig.start(Image(table=table(vdev())))
    assert "<4> rproc-virtio rproc-virtio.0.auto: vdev 0 buffer already mapped" in rig.lines()
    assert rig.pool.out == {}


def test_a_buffer_region_that_is_too_small_is_not_replaced() -> None:
    rig = Rig(driver=ReservingDriver(Carveout("vdev0buffer", 0x9200_0000, 0x3000, reserved=reserved(0x3000))))
    rig.start(Image(table=table(vdev())))
    assert "<3> virtio_rpmsg_bus virtio0: probe with driver virtio_rpmsg_bus failed with error -12" in rig.lines()


def test_a_region_for_a_ring_that_is_too_small_costs_the_vdev() -> None:
    driver = ReservingDriver(Carveout("vdev0buffer", 0x9200_0000, 0x4000, reserved=reserved(0x4000)), ring=0x1000)
    rig = Rig(driver=driver)
    rig.start(Image(table=table(vdev())))
    said = rig.lines()
    at = said.index("<3> Registered carveout doesn't fit len request")
    assert said[at + 1].endswith("probe with driver rproc-virtio failed with error -12")
    assert rig.read("state") == "running\n"


def test_numbers_of_virtio_devices_are_reused() -> None:
    rig = Rig()
    for _ in range(3):
        rig.start()
        assert rig.files.list("/sys/bus/virtio/devices") == ["virtio0"]
        assert rig.files.list("/sys/bus/platform/devices") == ["10000000.m4", "rproc-virtio.0.auto"]
        rig.crash()
        assert rig.files.list("/sys/bus/virtio/devices") == ["virtio0"]
        rig.write("state", "stop")


def test_on_old_kernels_a_vdev_is_no_platform_device() -> None:
    rig = Rig(V5_19)
    rig.start()
    assert "<6>  remoteproc0#vdev0buffer: registered virtio0 (type 7)" in rig.machine.take_lines()
    assert rig.files.list(CLASS + "remoteproc0#vdev0buffer") == ["virtio0"]
    assert not [event for event in rig.machine.events if event[1] == "platform" and "vdev" in event[2]]
    rig.write("state", "stop")
    rig.assert_nothing_is_held()


def test_an_interrupt_of_an_unknown_ring_is_ignored() -> None:
    rig = Rig()
    rig.rproc.vq_interrupt(0)
    rig.start(Image(table=table(carveout(), vdev(60))))
    for notifyid in (-1, 0, 1, 2, ANY):
        rig.rproc.vq_interrupt(notifyid)
    assert rig.read("state") == "running\n"
