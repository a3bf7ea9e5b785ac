"""Channels of a firmware that announces and echoes, in sysfs and below /dev."""

from __future__ import annotations

import errno

import pytest

from rproc_tui.remoteproc.profile import PROFILES
from rproc_tui.remoteproc.registry import Registry
from rproc_tui.rpmsg.char_device import CharDevice
from rproc_tui.rpmsg.control_device import ControlDevice
from rproc_tui.rpmsg.tty_device import TtyDevice
from tests.conformance.control import CONTROL_AT, Control
from tests.conformance.vrproc import probe
from tests.remoteproc.images import DDR, ITCM, Image, Segment
from tests.remoteproc.lab import Queue
from tests.remoteproc.machine import Files, Machine, device
from tests.remoteproc.rig import refused

BUS = "/sys/bus/rpmsg/devices"
CLASS = "/sys/class/remoteproc/remoteproc0/"
DRIVERS = "/sys/bus/rpmsg/drivers"
VIRTIO = "/devices/platform/vrproc.0/remoteproc/remoteproc0/rproc-virtio.0.auto/virtio0"


def firmware(*names: bytes) -> bytes:
    """An image whose control block announces channels."""
    control = Control(banner="test", names=tuple(name.decode() for name in names)).pack()
    return Image(segments=[Segment(ITCM, bytes(CONTROL_AT) + control), Segment(DDR, b"data")]).build()


class Board:
    """The lab's first core, running firmware with channels."""

    def __init__(self, *names: bytes, profile: str = "v6.12") -> None:
        self.machine = Machine(profile=PROFILES[profile])
        self.registry = Registry(self.machine)
        self.rproc = probe(self.registry, Queue(self.machine), device("vrproc.0")).rproc
        self.files = Files(self.registry)
        self.machine.firmware("vrproc-0.elf", firmware(*names))
        self.rproc.boot()
        self.machine.work()

    def read(self, path: str) -> str:
        return self.files.read(path).decode()


def test_an_announced_channel_is_a_device() -> None:
    board = Board(b"sensor")
    assert board.files.list(BUS) == ["virtio0.rpmsg_ctrl.0.0", "virtio0.rpmsg_ns.53.53", "virtio0.sensor.-1.1024"]
    device = f"{BUS}/virtio0.sensor.-1.1024"
    texts = {name: board.read(f"{device}/{name}") for name in ("name", "src", "dst", "announce", "modalias", "uevent")}
    assert texts == {
        "name": "sensor\n",
        "src": "0xffffffff\n",
        "dst": "0x400\n",
        "announce": "false\n",
        "modalias": "rpmsg:sensor\n",
        "uevent": "MODALIAS=rpmsg:sensor\n",
    }
    assert board.files.link(f"{BUS}/virtio0.sensor.-1.1024") == f"../../..{VIRTIO}/virtio0.sensor.-1.1024"
    assert "driver" not in board.files.list(device)
    assert "<6> virtio_rpmsg_bus virtio0: creating channel sensor addr 0x400" in board.machine.take_lines()


def test_a_raw_channel_has_a_node_below_dev() -> None:
    board = Board(b"rpmsg-raw")
    node = board.registry.dev_nodes()["rpmsg0"]
    assert isinstance(node.behind, CharDevice)
    node.behind.open()
    assert node.behind.write(b"hello") == 5
    board.machine.work()
    assert node.behind.read(100) == b"hello"
    own = "/sys/class/rpmsg/rpmsg0"
    assert [board.read(f"{own}/{name}") for name in ("name", "src", "dst", "dev")] == [
        "rpmsg-raw\n",
        "1024\n",
        "1024\n",
        "254:0\n",
    ]
    assert board.read(f"{BUS}/virtio0.rpmsg-raw.-1.1024/src") == "0x400\n"
    assert board.files.link(f"{own}/device") == "../../../virtio0.rpmsg-raw.-1.1024"


def test_a_stop_takes_the_nodes_away_from_those_who_have_them_open() -> None:
    board = Board(b"rpmsg-raw", b"rpmsg-tty")
    node = board.registry.dev_nodes()["rpmsg0"].behind
    assert isinstance(node, CharDevice)
    node.open()
    board.rproc.shutdown()
    with refused(errno.EPIPE):
        node.read(100)
    assert board.registry.dev_nodes() == {}
    assert board.files.list("/sys/class/rpmsg") == board.files.list("/sys/class/tty") == []


def test_a_tty_channel_is_a_terminal_line() -> None:
    board = Board(b"rpmsg-tty")
    node = board.registry.dev_nodes()["ttyRPMSG0"]
    assert isinstance(node.behind, TtyDevice)
    assert (node.subsystem, node.major) == ("tty", 249)
    assert board.files.list("/sys/class/tty") == ["ttyRPMSG0"]
    assert board.files.link("/sys/class/tty/ttyRPMSG0") == f"../..{VIRTIO}/virtio0.rpmsg-tty.-1.1024/tty/ttyRPMSG0"
    node.behind.write(b"ls\n")
    board.machine.work()
    assert node.behind.read(100) == b"ls\n"


def test_the_control_device_makes_endpoints_below_itself() -> None:
    board = Board(b"sensor")
    board.machine.take_events()
    control = board.registry.dev_nodes()["rpmsg_ctrl0"].behind
    assert isinstance(control, ControlDevice)
    made = control.create_endpoint("mine", -1, 1024)
    assert board.machine.take_events() == [("add", "rpmsg", "rpmsg0")]
    own = "/sys/class/rpmsg/rpmsg0"
    assert board.files.link(own) == f"../..{VIRTIO}/virtio0.rpmsg_ctrl.0.0/rpmsg/rpmsg_ctrl0/rpmsg0"
    assert [board.read(f"{own}/{name}") for name in ("name", "src", "dst")] == ["mine\n", "-1\n", "1024\n"]
    made.open()
    made.write(b"ping")
    board.machine.work()
    assert made.read(10) == b"ping"
    made.destroy()
    assert board.machine.take_events() == [("remove", "rpmsg", "rpmsg0")]
    assert board.registry.dev_nodes().keys() == {"rpmsg_ctrl0"}


def test_endpoints_go_before_their_control_device() -> None:
    board = Board()
    control = board.registry.dev_nodes()["rpmsg_ctrl0"].behind
    assert isinstance(control, ControlDevice)
    control.create_endpoint("mine", -1, 1024)
    board.machine.take_events()
    board.rproc.shutdown()
    assert board.machine.take_events()[:3] == [
        ("remove", "rpmsg", "rpmsg0"),
        ("remove", "rpmsg", "rpmsg_ctrl0"),
        ("unbind", "rpmsg", "virtio0.rpmsg_ctrl.0.0"),
    ]


def test_a_device_can_be_given_to_rpmsg_char_by_hand() -> None:
    board = Board(b"sensor")
    device = f"{BUS}/virtio0.sensor.-1.1024"
    with refused(errno.ENODEV):
        board.files.write(f"{DRIVERS}/rpmsg_chrdev/bind", b"virtio0.sensor.-1.1024")
    assert board.read(f"{device}/driver_override") == "(null)\n"
    board.files.write(f"{device}/driver_override", b"rpmsg_chrdev\n")
    assert board.read(f"{device}/driver_override") == "rpmsg_chrdev\n"
    board.machine.take_events()
    board.files.write(f"{DRIVERS}/rpmsg_chrdev/bind", b"virtio0.sensor.-1.1024\n")
    assert board.machine.take_events() == [("add", "rpmsg", "rpmsg0"), ("bind", "rpmsg", "virtio0.sensor.-1.1024")]
    assert board.read(f"{device}/src") == "0x400\n"
    assert board.files.list(f"{DRIVERS}/rpmsg_chrdev") == ["bind", "uevent", "unbind", "virtio0.sensor.-1.1024"]
    with refused(errno.EBUSY):
        board.files.write(f"{DRIVERS}/rpmsg_chrdev/bind", b"virtio0.sensor.-1.1024")
    board.files.write(f"{DRIVERS}/rpmsg_chrdev/unbind", b"virtio0.sensor.-1.1024")
    assert board.machine.take_events() == [("remove", "rpmsg", "rpmsg0"), ("unbind", "rpmsg", "virtio0.sensor.-1.1024")]
    with refused(errno.ENODEV):
        board.files.write(f"{DRIVERS}/rpmsg_chrdev/unbind", b"virtio0.sensor.-1.1024")
    board.files.write(f"{device}/driver_override", b"\n")
    assert board.read(f"{device}/driver_override") == "(null)\n"


def test_the_bus_has_the_drivers_of_its_kernel() -> None:
    assert Board().files.list(DRIVERS) == ["rpmsg_chrdev", "rpmsg_ctrl", "rpmsg_ns", "rpmsg_tty"]
    assert Board(profile="v5.10").files.list(DRIVERS) == ["rpmsg_chrdev"]


@pytest.mark.parametrize(
    ("profile", "channels", "nodes"),
    [
        ("v5.10", [], []),
        ("v6.1", ["rpmsg_ctrl", "rpmsg_ns"], ["rpmsg0", "rpmsg_ctrl0"]),
        ("v6.12", ["rpmsg_ctrl", "rpmsg_ns"], ["rpmsg0", "rpmsg1", "rpmsg_ctrl0"]),
    ],
)
def test_kernels_differ_in_what_they_put_on_the_bus(profile: str, channels: list[str], nodes: list[str]) -> None:
    board = Board(b"rpmsg-raw", b"rpmsg_chrdev", profile=profile)
    assert sorted(board.registry.dev_nodes()) == nodes
    names = [name.split(".")[1] for name in board.files.list(BUS)]
    assert sorted(names) == sorted([*channels, "rpmsg-raw", "rpmsg_chrdev"])


def test_a_name_with_a_slash_is_no_path() -> None:
    board = Board(b"a/b")
    assert "virtio0.a!b.-1.1024" in board.files.list(BUS)
    assert board.read(f"{BUS}/virtio0.a!b.-1.1024/name") == "a/b\n"


def test_a_recovery_brings_the_channels_back() -> None:
    board = Board(b"rpmsg-raw")
    before = board.files.list(BUS)
    board.rproc.report_crash(2)
    board.machine.work()
    assert board.files.list(BUS) == before
    assert board.read(CLASS + "state") == "running\n"


def test_a_message_can_make_the_core_crash() -> None:
    board = Board(b"rpmsg-raw")
    board.rproc.recovery_disabled = True
    node = board.registry.dev_nodes()["rpmsg0"].behind
    assert isinstance(node, CharDevice)
    node.open()
    node.write(b"crash")
    board.machine.work()
    assert board.read(CLASS + "state") == "crashed\n"


def test_lines_of_a_channel_stand_under_its_device() -> None:
    board = Board(b"rpmsg-raw")
    node = board.registry.dev_nodes()["rpmsg0"].behind
    assert isinstance(node, CharDevice)
    node.open()
    with refused(errno.EMSGSIZE):
        node.write(bytes(497))
    assert board.machine.take_lines()[-1] == "<3> rpmsg_chrdev virtio0.rpmsg-raw.-1.1024: message is too big (497)"
