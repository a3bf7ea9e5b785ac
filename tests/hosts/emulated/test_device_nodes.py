"""Nodes below /dev of the emulated host: each access opens, reads or writes once, and closes."""

from __future__ import annotations

import errno
import pathlib
from collections.abc import AsyncIterator

import pytest

from rproc_tui.hosts.base import Host
from rproc_tui.hosts.emulated.device_nodes import device_folder
from rproc_tui.hosts.emulated.file_tree import FileTree
from rproc_tui.model.file_facts import FileKind
from rproc_tui.remoteproc.cdev import SET_SHUTDOWN_ON_RELEASE, ProcessorDevice
from rproc_tui.remoteproc.dev_node import DevNode
from rproc_tui.remoteproc.profile import PROFILES
from rproc_tui.remoteproc.registry import Registry
from rproc_tui.remoteproc.virtual_tree import Directory
from rproc_tui.rpmsg.char_device import CharDevice
from rproc_tui.rpmsg.tty_device import TtyDevice
from tests.conformance.hosts import make_host
from tests.conformance.images import IMAGES
from tests.conformance.patience import until
from tests.remoteproc.lab import Lab

STATE = "/sys/class/remoteproc/remoteproc0/state"


class Board:
    """The lab's first core runs firmware with a raw channel and a line; its nodes as files."""

    def __init__(self) -> None:
        self.lab = Lab({"tty.elf": IMAGES["tty.elf"]()})
        self.lab.set("firmware", "tty.elf")
        self.lab.set("state", "start")
        self.lab.machine.work()
        self.tree = FileTree(device_folder(self.lab.registry.dev_nodes), Directory(dict), "6.1")

    def read(self, name: str, limit: int | None = None) -> bytes:
        return self.tree.reader(f"/dev/{name}")(0, limit)

    def write(self, name: str, data: bytes) -> None:
        self.tree.writer(f"/dev/{name}")(data)

    def echo(self) -> None:
        """The firmware sends everything back."""
        self.lab.machine.work()

    def node(self, name: str) -> DevNode:
        return self.lab.registry.dev_nodes()[name]


@pytest.fixture
def board() -> Board:
    return Board()


def test_messages_that_wait_are_read_without_borders(board: Board) -> None:
    for text in (b"one ", b"two ", b"three"):
        board.write("rpmsg0", text)
    board.echo()
    assert board.read("rpmsg0") == b"one two three"


def test_a_limit_cuts_the_message_that_goes_beyond_it(board: Board) -> None:
    board.write("rpmsg0", b"one ")
    board.write("rpmsg0", b"two ")
    board.echo()
    assert board.read("rpmsg0", limit=6) == b"one tw"


def test_without_a_message_reading_would_block(board: Board) -> None:
    for name in ("rpmsg0", "ttyRPMSG0"):
        with pytest.raises(BlockingIOError):
            board.read(name)


def test_a_line_is_read_as_it_came(board: Board) -> None:
    board.write("ttyRPMSG0", b"x" * 1000)
    board.echo()
    assert board.read("ttyRPMSG0", limit=10) == b"x" * 10
    assert board.read("ttyRPMSG0") == b"x" * 990


def test_a_node_that_somebody_has_open_is_busy(board: Board) -> None:
    behind = board.node("rpmsg0").behind
    assert isinstance(behind, CharDevice)
    behind.open()
    with pytest.raises(OSError, match="open already") as raised:
        board.write("rpmsg0", b"x")
    assert raised.value.errno == errno.EBUSY
    behind.close()
    board.write("rpmsg0", b"x")


def test_a_line_that_takes_a_part_is_an_error(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    behind = board.node("ttyRPMSG0").behind
    assert isinstance(behind, TtyDevice)
    monkeypatch.setattr(behind, "write", lambda data: len(data) - 1)
    with pytest.raises(OSError, match="only a part"):
        board.write("ttyRPMSG0", b"whole")


def test_every_node_is_a_device(board: Board) -> None:
    nodes = board.tree.names("/dev")
    own = [f"remoteproc{index}" for index in range(3)]
    assert nodes == sorted([*own, "rpmsg0", "rpmsg_ctrl0", "ttyRPMSG0"])
    assert {board.tree.stat(f"/dev/{name}").kind for name in nodes} == {FileKind.OTHER}


@pytest.mark.parametrize("access", ["read", "write"])
def test_closing_a_processors_node_stops_it_where_that_was_asked_for(board: Board, access: str) -> None:
    behind = board.node("remoteproc0").behind
    assert isinstance(behind, ProcessorDevice)
    behind.ioctl(SET_SHUTDOWN_ON_RELEASE, 1)
    with pytest.raises(OSError, match=r".*") as raised:
        board.read("remoteproc0") if access == "read" else board.write("remoteproc0", b"bogus")
    assert raised.value.errno == errno.EINVAL
    assert board.lab.read("state") == b"offline\n"


def test_a_kernel_without_character_devices_has_no_node_for_a_processor(tmp_path: pathlib.Path) -> None:
    machine = Lab({}).machine
    machine.profile = PROFILES["v6.12"]
    tree = FileTree(device_folder(Registry(machine).dev_nodes), Directory(dict), "6.12")
    assert tree.names("/dev") == []


@pytest.fixture
async def host(tmp_path: pathlib.Path) -> AsyncIterator[Host]:
    (tmp_path / "vrproc-0.elf").write_bytes(IMAGES["good.elf"]())
    made = await make_host("emulated:v6.12", str(tmp_path))
    yield made
    await made.close()


async def test_the_host_serves_them(host: Host) -> None:
    await host.write("/dev/remoteproc0", b"start")
    assert await host.read(STATE) == b"running\n"

    async def announced() -> bool:
        return "rpmsg0" in await host.list("/dev")

    await until(announced, "the raw channel has a node")
    await host.write("/dev/rpmsg0", b"hello")
    assert (await host.stat("/dev/rpmsg0")).kind is FileKind.OTHER
    await host.write("/dev/remoteproc0", b"stop")
    assert await host.list("/dev") == ["remoteproc0", "remoteproc1", "remoteproc2"]
