from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.linux.doctor.visitor import INSTALL_THE_RULE, Visitor, admission, read_visitor
from rproc_tui.linux.permissions import READ, WRITE, Credentials, allows
from rproc_tui.model.file_facts import FileFacts, FileKind
from tests.linux.memory_host import MemoryHost

STATUS = b"Uid:\t1000\t1000\t1000\t1000\nGid:\t100\t100\t100\t100\nGroups:\t20\nCapEff:\t0\n"
FILES = {
    "/proc/self/status": STATUS,
    "/etc/passwd": b"root:x:0:0:root:/root:/bin/sh\nalice:x:1000:100::/home/alice:/bin/sh\n",
    "/etc/group": b"root:x:0:\ndialout:x:20:alice\nremoteproc:x:995:bob,alice\nother:x:996:bob\n",
}


def file(mode: int, gid: int = 0) -> FileFacts:
    return FileFacts(FileKind.REGULAR, mode, 4096, 0, 1, uid=0, gid=gid)


async def alice() -> Visitor:
    return await read_visitor(MemoryHost(dict(FILES)))


async def test_a_visitor_goes_by_the_names_of_the_machines_accounts() -> None:
    visitor = await alice()
    assert (visitor.name, str(visitor), visitor.group(995)) == ("alice", "user alice", "remoteproc")
    assert visitor.enrolled == {20, 995}
    assert visitor.described(file(0o664, 995)) == "rw-rw-r-- root:remoteproc"
    assert visitor.described(file(0o640, 7)) == "rw-r----- root:7"


async def test_where_the_machine_does_not_tell_it_is_you() -> None:
    visitor = await read_visitor(MemoryHost({}))
    assert (str(visitor), visitor.name, visitor.who) == ("you", "root", None)


async def test_an_account_without_a_name_is_its_number() -> None:
    visitor = await read_visitor(MemoryHost({"/proc/self/status": STATUS}))
    assert (visitor.name, visitor.enrolled) == ("1000", frozenset())


@pytest.mark.parametrize(
    ("facts", "words", "by_rule"),
    [
        (file(0o644), INSTALL_THE_RULE, True),
        (file(0o644, 995), INSTALL_THE_RULE, True),
        (file(0o664, 996), "`sudo usermod -aG other alice`", False),
        (file(0o664, 995), "log in again", False),
    ],
)
async def test_a_file_that_a_group_may_write_needs_no_rule(facts: FileFacts, words: str, *, by_rule: bool) -> None:
    cure, rule = admission(await alice(), facts, WRITE)
    assert words in cure
    assert rule is by_rule


@pytest.mark.parametrize(
    ("mode", "gid", "wanted", "may"),
    [
        (0o664, 20, WRITE, True),
        (0o664, 20, READ | WRITE, True),
        (0o620, 20, READ | WRITE, False),
        (0o660, 995, READ, False),
        (0o604, 0, READ, True),
        (0o444, 20, READ | WRITE, False),
    ],
)
async def test_reading_and_writing_are_wanted_one_by_one_or_together(
    mode: int, gid: int, wanted: int, *, may: bool
) -> None:
    assert allows(file(mode, gid), (await alice()).who, wanted) is may


def test_root_reads_what_nobody_may_write() -> None:
    root = Credentials(0, frozenset({0}), overrides=True)
    assert allows(file(0o444), root, READ)
    assert not allows(file(0o444), root, READ | WRITE)


@given(st.binary(max_size=100), st.binary(max_size=100))
async def test_no_account_file_raises(users: bytes, groups: bytes) -> None:
    await read_visitor(MemoryHost({"/proc/self/status": STATUS, "/etc/passwd": users, "/etc/group": groups}))
    await read_visitor(
        MemoryHost({**FILES, "/etc/group": b"x:x:\xb2:alice\ny:x:" + b"9" * 5000 + b":alice\n" + groups})
    )
