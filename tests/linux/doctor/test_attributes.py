from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.linux.doctor.attributes import Attributes, judge, read_attributes
from rproc_tui.linux.doctor.check import Status
from rproc_tui.linux.doctor.processor_class import Found
from rproc_tui.linux.doctor.visitor import Visitor
from rproc_tui.linux.permissions import Credentials
from rproc_tui.model.file_facts import FileFacts, FileKind
from tests.linux.board import processor
from tests.linux.memory_host import MemoryHost

ALICE = Visitor(
    Credentials(1000, frozenset({20}), overrides=False),
    {0: "root", 1000: "alice"},
    {0: "root", 20: "dialout", 995: "remoteproc"},
    frozenset({20}),
)
ROOT = Visitor(Credentials(0, frozenset({0}), overrides=True), {0: "root"}, {0: "root"}, frozenset())


def attributes(mode: int = 0o644, gid: int = 0, **modes: int) -> Attributes:
    all_modes = dict.fromkeys(("state", "firmware", "recovery", "coredump"), mode) | modes
    facts = {name: FileFacts(FileKind.REGULAR, one, 4096, 0, 1, uid=0, gid=gid) for name, one in all_modes.items()}
    return Attributes("remoteproc0", "m4", facts)


def test_root_may_command_and_a_user_may_not() -> None:
    assert judge(attributes(), ROOT).status is Status.OK
    check = judge(attributes(), ALICE)
    assert (check.name, check.status, check.needed, check.by_rule) == ("m4 (remoteproc0)", Status.MISSING, True, True)
    assert check.detail == "user alice may not write state, firmware, recovery, coredump (rw-r--r-- root:root)"


def test_only_what_is_closed_is_named() -> None:
    assert "write coredump (" in judge(attributes(0o664, 20, coredump=0o644), ALICE).detail


def test_a_group_that_may_is_to_be_joined() -> None:
    check = judge(attributes(0o664, 995), ALICE)
    assert (check.status, check.by_rule) == (Status.MISSING, False)
    assert "usermod -aG remoteproc alice" in (check.cure or "")
    assert judge(attributes(0o664, 20), ALICE).status is Status.OK


@pytest.mark.parametrize("visitor", [ALICE, ROOT])
def test_what_its_driver_leaves_to_the_kernel_is_no_lack(visitor: Visitor) -> None:
    check = judge(attributes(0o444), visitor)
    assert (check.status, check.needed) == (Status.OK, False)
    assert "leaves it to the kernel" in check.detail


def test_a_driver_that_keeps_its_processor_to_the_kernel_is_known_by_name_where_modes_do_not_tell() -> None:
    check = judge(replace(attributes(), driver="wkup_m3_rproc"), ALICE)
    assert (check.status, check.by_rule) == (Status.OK, False)


async def test_the_driver_is_the_devices() -> None:
    host = MemoryHost(processor(0, "44d00000.m3", driver="wkup_m3_rproc"))
    (read,) = await read_attributes(host, Found(there=True, ids=("remoteproc0",), names=("m3",)))
    assert read.driver == "wkup_m3_rproc"


async def test_only_attributes_that_are_there_are_looked_at() -> None:
    host = MemoryHost(processor(0, "10000000.m4", coredump=None))
    (read,) = await read_attributes(host, Found(there=True, ids=("remoteproc0",), names=("m4",)))
    assert list(read.facts) == ["state", "firmware", "recovery"]
