from __future__ import annotations

from rproc_tui.linux.doctor.check import Status
from rproc_tui.linux.doctor.nodes import Node, judge, read_nodes
from rproc_tui.linux.doctor.visitor import Visitor
from rproc_tui.linux.permissions import Credentials
from rproc_tui.model.file_facts import FileFacts, FileKind
from tests.linux.memory_host import File, Folder, MemoryHost

ALICE = Visitor(Credentials(1000, frozenset({20}), overrides=False), {1000: "alice"}, {20: "dialout"}, frozenset())


def node(path: str, kind: str, mode: int = 0o600, gid: int = 0) -> Node:
    return Node(path, kind, FileFacts(FileKind.OTHER, mode, 0, 0, 1, uid=0, gid=gid))


async def test_nodes_of_processors_channels_and_dumps_are_found_and_no_others() -> None:
    names = ("remoteproc0", "rpmsg0", "rpmsg_ctrl0", "ttyRPMSG12", "ttyS0", "rpmsg", "null", "rpmsg0x")
    host = MemoryHost({f"/dev/{name}": File() for name in names})
    host.files |= {"/sys/class/devcoredump/devcd3/data": File(), "/sys/class/devcoredump/disabled": File()}
    assert [(node.path, node.kind) for node in await read_nodes(host)] == [
        ("/dev/remoteproc0", "remoteproc"),
        ("/dev/rpmsg0", "rpmsg"),
        ("/dev/rpmsg_ctrl0", "rpmsg_ctrl"),
        ("/dev/ttyRPMSG12", "ttyRPMSG"),
        ("/sys/class/devcoredump/devcd3/data", "data"),
    ]


async def test_a_machine_without_nodes_has_nothing_to_be_said_of() -> None:
    assert judge(await read_nodes(MemoryHost({"/dev": Folder()})), ALICE) == []


def test_the_nodes_of_one_kind_are_one_line_and_the_closed_ones_speak() -> None:
    nodes = [node("/dev/rpmsg0", "rpmsg", 0o660, 20), node("/dev/rpmsg1", "rpmsg"), node("/dev/rpmsg2", "rpmsg")]
    (check,) = judge(nodes, ALICE)
    assert (check.name, check.status, check.by_rule) == ("/dev/rpmsg1 and 1 more", Status.MISSING, True)
    assert not check.needed


def test_a_node_is_opened_for_both_ways() -> None:
    (check,) = judge([node("/dev/ttyRPMSG0", "ttyRPMSG", 0o620, 20)], ALICE)
    assert check.status is Status.MISSING
    (check,) = judge([node("/dev/ttyRPMSG0", "ttyRPMSG", 0o660, 20)], ALICE)
    assert check.status is Status.OK
