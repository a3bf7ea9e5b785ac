from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.linux.permissions import Credentials, credentials, may_write, nobody_may_write, parse_status
from rproc_tui.model.file_facts import FileFacts, FileKind
from tests.linux.memory_host import MemoryHost

STATUS = (
    b"Name:\tpython\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t100\t100\t100\n"
    b"Groups:\t20 44\nCapEff:\t0000000000000000\n"
)


def attribute(mode: int, gid: int = 0) -> FileFacts:
    return FileFacts(FileKind.REGULAR, mode, 4096, 0, 1, uid=0, gid=gid)


ROOT = Credentials(0, frozenset({0}), overrides=True)
USER = Credentials(1000, frozenset({100, 44}), overrides=False)


@pytest.mark.parametrize(
    ("who", "facts", "may"),
    [
        (ROOT, attribute(0o644), True),
        (ROOT, attribute(0o444), False),
        (None, attribute(0o644), True),
        (None, attribute(0o444), False),
        (USER, attribute(0o644), False),
        (USER, attribute(0o664, gid=44), True),
        (USER, attribute(0o664, gid=45), False),
        (USER, attribute(0o646), True),
        (Credentials(0, frozenset(), overrides=False), attribute(0o644), True),
        (Credentials(0, frozenset(), overrides=False), attribute(0o466), False),
        (Credentials(1000, frozenset(), overrides=True), attribute(0o644), True),
    ],
)
def test_who_may_write_is_told_by_the_bits_even_to_root(
    who: Credentials | None, facts: FileFacts, *, may: bool
) -> None:
    assert may_write(facts, who) is may


def test_no_write_bit_at_all_is_the_drivers_doing() -> None:
    assert nobody_may_write(attribute(0o444))
    assert not nobody_may_write(attribute(0o644))


async def test_we_are_who_the_machine_says() -> None:
    assert await credentials(MemoryHost({"/proc/self/status": STATUS})) == Credentials(
        1000, frozenset({20, 44, 100}), overrides=False
    )
    assert await credentials(MemoryHost({})) is None


def test_a_capability_counts_like_root() -> None:
    status = parse_status(STATUS.replace(b"0000000000000000", b"000001ffffffffff"))
    assert status is not None
    assert status.overrides


@given(st.binary(max_size=100))
def test_no_status_raises(data: bytes) -> None:
    parse_status(data)
    parse_status(STATUS + data)
