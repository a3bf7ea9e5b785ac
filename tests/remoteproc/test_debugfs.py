import errno
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.remoteproc.virtual_tree import Directory, VirtualFile
from tests.remoteproc.images import DTCM, Image, carveout, devmem, table, trace, unknown, vdev
from tests.remoteproc.rig import DEBUG, Rig, refused

MODES = {
    "carveout_memories": 0o400,
    "coredump": 0o600,
    "crash": 0o200,
    "name": 0o400,
    "recovery": 0o600,
    "resource_table": 0o400,
}


def test_the_files_at_rest() -> None:
    rig = Rig()
    nodes = {name: rig.files.node(DEBUG + name) for name in rig.files.list(DEBUG)}
    assert {name: node.mode for name, node in nodes.items() if isinstance(node, VirtualFile)} == MODES
    assert {node.size for node in nodes.values() if isinstance(node, VirtualFile)} == {0}
    assert rig.read("/carveout_memories") == ""
    assert rig.read("/resource_table") == "No resource table found\n"
    assert rig.read("/name") == "m4\n"
    debug = rig.files.node("/sys/kernel/debug")
    assert isinstance(debug, Directory)
    assert debug.mode == 0o700


def test_a_driver_adds_files_of_its_own() -> None:
    rig = Rig()
    rig.rproc.debugfs_extra["regs"] = VirtualFile(0o400, lambda _offset, _limit: b"pc 0\n")
    assert rig.read("/regs") == "pc 0\n"


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("e", "enabled\n"),
        ("enab", "enabled\n"),
        ("enabled\n", "enabled\n"),
        ("d", "disabled\n"),
        ("disabled", "disabled\n"),
        ("r", "disabled\n"),
        ("recover\n", "disabled\n"),
    ],
)
def test_recovery_takes_the_beginning_of_a_word(written: str, after: str) -> None:
    rig = Rig()
    rig.write("/recovery", "disabled")
    rig.write("/recovery", written)
    assert rig.read("/recovery") == after


@pytest.mark.parametrize("written", ["", "\n", "e\n", "bogus", "enabledx", "disabledxyz", "x" * 11, "enabled\n\n"])
def test_recovery_refuses_what_is_longer_or_other(written: str) -> None:
    rig = Rig()
    with refused(errno.EINVAL):
        rig.write("/recovery", written)
    assert rig.lines() == []


@pytest.mark.parametrize(
    ("written", "after"), [("e", "enabled"), ("i", "inline"), ("inline\n", "inline"), ("disabled", "disabled")]
)
def test_coredump_takes_the_beginning_of_a_word(written: str, after: str) -> None:
    rig = Rig()
    rig.write("/coredump", written)
    assert rig.read("/coredump") == after + "\n"


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("", []),
        ("x" * 21, []),
        ("bogus", ["<3> Invalid coredump configuration"]),
        ("e\n", ["<3> Invalid coredump configuration"]),
        ("\n", ["<3> Invalid coredump configuration"]),
    ],
)
def test_coredump_refuses_by_length_silently_and_by_word_aloud(written: str, lines: list[str]) -> None:
    rig = Rig()
    with refused(errno.EINVAL):
        rig.write("/coredump", written)
    assert rig.lines() == lines


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("", errno.EINVAL),
        ("-1", errno.EINVAL),
        ("x", errno.EINVAL),
        (" 1", errno.EINVAL),
        ("1 ", errno.EINVAL),
        ("0x", errno.EINVAL),
        ("08", errno.EINVAL),
        ("1\n\n", errno.EINVAL),
        ("4294967296", errno.ERANGE),
        ("99999999999999999999999", errno.ERANGE),
    ],
)
def test_a_crash_wants_an_unsigned_number(written: str, number: int) -> None:
    rig = Rig()
    with refused(number):
        rig.write("/crash", written)
    assert rig.lines() == []


@pytest.mark.parametrize("written", ["4294967295", "0xffffffff", "037777777777", "+7", "7\n", "7\0x"])
def test_a_crash_of_a_number_without_a_word_is_unknown(written: str) -> None:
    rig = Rig()
    rig.write("/crash", written)
    assert rig.lines() == ["<3> crash detected in m4: type unknown"]


def test_the_table_is_printed_entry_by_entry() -> None:
    rig = Rig()
    content = table(
        carveout(), trace(DTCM, 0x20, "log"), vdev(3, config=b"abcd"), unknown(300), vdev(7, 8, 16, vrings=1)
    )
    rig.start(Image(table=content))
    text = rig.read("/resource_table")
    assert text.startswith("Entry 0 is of type carveout\n  Device Address 0x80000000\n")
    assert (
        "Entry 1 is of type trace\n  Device Address 0x20000000\n  Length 0x20 Bytes\n"
        "  Reserved (should be zero) [0]\n  Name log\n\n"
        "Entry 2 is of type vdev\n  ID 3\n  Notify ID 0\n  Device features 0x1\n  Guest features 0x0\n"
        "  Config length 0x4\n  Status 0x1\n  Number of vrings 2\n  Reserved (should be zero) [0][0]\n\n"
        "  Vring 0\n    Device Address 0xffffffff\n    Alignment 4096\n    Number of buffers 16\n"
        "    Notify ID 0\n    Physical Address 0x0\n\n"
        "  Vring 1\n    Device Address 0xffffffff\n    Alignment 4096\n    Number of buffers 16\n"
        "    Notify ID 1\n    Physical Address 0x0\n\n"
        "Unknown resource type found: 300 [hdr: 00000000"
    ) in text
    assert "]\nEntry 4 is of type vdev\n" in text


def test_an_empty_table_prints_nothing() -> None:
    rig = Rig()
    rig.start(Image(table=table()))
    assert rig.read("/resource_table") == ""


def test_a_name_without_an_end_runs_on() -> None:
    rig = Rig()
    rig.start(Image(table=table(trace(name="n" * 32), trace(name="next"))))
    assert "Name " + "n" * 32 + "\x02\n" in rig.read("/resource_table")


def test_what_the_firmware_writes_into_the_table_shows_at_once() -> None:
    rig = Rig()
    rig.start(Image(table=table(trace())))
    struct.pack_into("<I", rig.driver.dtcm, 20 + 4, 0x1234)
    assert "Device Address 0x1234\n" in rig.read("/resource_table")


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=40, max_size=40), st.integers(0, 180))
def test_a_table_that_the_firmware_destroyed_is_printed_as_far_as_it_goes(rubbish: bytes, at: int) -> None:
    rig = DESTROYED
    content = table(carveout(), trace(), vdev())
    assert rig.rproc.table is not None
    rig.rproc.table[:] = content
    rig.rproc.table[at : at + 40] = (rubbish + bytes(40))[: len(rig.rproc.table[at : at + 40])]
    assert len(rig.files.read(DEBUG + "resource_table")) < 1 << 20


def started() -> Rig:
    rig = Rig()
    rig.start(Image(table=table(carveout(), trace(), vdev())))
    return rig


DESTROYED = started()


def test_a_trace_ends_at_its_first_nul_and_is_read_in_pieces() -> None:
    rig = Rig()
    rig.start()
    rig.driver.ddr.view[0x1000:0x1010] = b"one\ntwo\n\0hidden!"
    assert rig.read("/trace0") == "one\ntwo\n"
    assert rig.files.read(DEBUG + "trace0", 4, 3) == b"two"
    rig.driver.ddr.view[0x1000:0x2000] = b"x" * 0x1000
    assert rig.read("/trace0") == "x" * 0x1000


def test_trace_files_are_there_while_the_resources_are_held() -> None:
    rig = Rig()
    rig.start()
    rig.write("recovery", "disabled")
    rig.crash()
    assert {"trace0", "trace1"} <= set(rig.files.list(DEBUG))
    rig.write("state", "stop")
    assert not {"trace0", "trace1"} & set(rig.files.list(DEBUG))


def test_carveouts_are_listed_in_order_with_hashed_addresses() -> None:
    rig = Rig()
    rig.start(Image(table=table(carveout("shm", 0xFFFF_FFFF, 0x1000))))
    first, second = rig.read("/carveout_memories").split("\n\n")[:2]
    assert first.startswith("Carveout memory entry:\n\tName: ddr\n\tVirtual address: 00000000")
    assert first.endswith("\n\tDMA address: 0x0000000090000000\n\tDevice address: 0x80000000\n\tLength: 0x100000 Bytes")
    assert "\tName: shm\n" in second
    assert rig.read("/carveout_memories") == rig.read("/carveout_memories")


def test_devmem_needs_an_iommu() -> None:
    rig = Rig()
    with refused(errno.EINVAL):
        rig.start(Image(table=table(devmem())))
