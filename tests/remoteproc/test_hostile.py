"""Malformed images, booted: the right kind of answer, nothing left behind, and the next boot works."""

from __future__ import annotations

import errno
import json
import struct
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.device import DmaMemory
from rproc_tui.remoteproc.profile import PROFILES
from tests.remoteproc.example_driver import ExampleDriver
from tests.remoteproc.images import ANY, GOOD_TABLE, Image, carveout, table, trace, vdev
from tests.remoteproc.rig import Rig
from tests.remoteproc.test_observed import SHARED

GENERATOR = SHARED / "hostile" / "make_hostile.py"
LARGEST = 1 << 24
"""Bytes of a case; the one of 4 GiB is a hole."""
PATIENCE = 5.0


class Broad(ExampleDriver):
    """The example's core with memory where the cases expect it."""

    def __init__(self) -> None:
        super().__init__()
        self.sram = DmaMemory(0x1000_0000, memoryview(bytearray(0x10_0000)))

    def prepare(self, rproc: Rproc) -> None:
        super().prepare(rproc)
        rproc.add_carveout("sram", 0x1000_0000, self.sram)


def boot_and_stop(rig: Rig, image: bytes) -> None:
    """Whatever comes of it: an errno, in time, and everything is given back."""
    rig.install(image)
    began = time.monotonic()
    with suppress(OSError):
        rig.start()
        rig.read("/resource_table")
        rig.read("/carveout_memories")
        for name in rig.files.list("/sys/kernel/debug/remoteproc/remoteproc0"):
            if name.startswith("trace"):
                rig.read(f"/{name}")
        rig.crash()
    if rig.rproc.power == 0:
        assert rig.read("state") == "offline\n"
    else:
        rig.write("state", "stop")
    assert time.monotonic() - began < PATIENCE


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    if not GENERATOR.exists():
        pytest.skip("the generator of hostile images is not here")
    folder = tmp_path_factory.mktemp("hostile") / "cases"
    subprocess.run([sys.executable, str(GENERATOR), str(folder)], check=True, capture_output=True)
    found = [folder / case["file"] for case in json.loads((folder / "index.json").read_text())["cases"]]
    return {path.name: path.read_bytes() for path in found if path.is_file() and path.stat().st_size < LARGEST}


def test_no_hostile_image_is_left_hanging(cases: dict[str, bytes]) -> None:
    assert len(cases) > 150
    rig = Rig(driver=Broad())
    for name, image in cases.items():
        boot_and_stop(rig, image)
        rig.rproc.carveouts.clear()  # what a failed `parse_fw` leaves, as in a kernel
        rig.rproc.dump_segments.clear()
        orphans = [vdev for vdev in rig.rproc.children if not vdev.bound]
        for orphan in orphans:
            rig.rproc.children.remove(orphan)
        rig.assert_nothing_is_held()
        rig.lines()
        boot_and_stop(rig, Image().build())
        assert "<6> remote processor m4 is now up" in rig.lines(), name


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(PROFILES)),
    st.lists(st.tuples(st.integers(0, 1600), st.sampled_from([0, 1, 0x7F, 0x80, 0xFF]), st.integers(1, 8)), max_size=6),
    st.booleans(),
)
def test_an_image_with_damaged_bytes_fails_with_an_errno_or_boots(
    profile: str, damage: list[tuple[int, int, int]], wide: bool
) -> None:
    image = bytearray(Image(bits=64 if wide else 32).build())
    for at, value, length in damage:
        image[at : at + length] = bytes([value]) * len(image[at : at + length])
    rig = Rig(PROFILES[profile])
    rig.write("recovery", "disabled")
    rig.install(bytes(image))
    problem = errno.EINVAL
    try:
        rig.start()
        rig.write("state", "stop")
    except OSError as error:
        problem = error.errno or 0
    assert problem in {errno.EINVAL, errno.ENOMEM}
    assert rig.pool.out == {}
    assert rig.rproc.power == 0


def test_a_table_of_many_entries_is_gone_through_in_time() -> None:
    many = [carveout(f"c{number}", ANY, 0x1000) for number in range(300)] + [trace()] * 200
    rig = Rig()
    boot_and_stop(rig, Image(table=table(*many), table_address=0x8008_0000).build())
    rig.assert_nothing_is_held()


def test_a_table_whose_entries_are_all_one_without_an_end_is_printed_in_bounds() -> None:
    entries = 5000
    place = 16 + 4 * entries
    content = struct.pack("<4I", 1, entries, 0, 0) + struct.pack("<I", place) * entries
    content += struct.pack("<4I", 2, 0, 0, 0) + b"n" * 0x8000
    rig = Rig()
    rig.start(Image(table=content, table_address=0x8008_0000))
    began = time.monotonic()
    assert len(rig.read("/resource_table")) < 8 << 20
    assert time.monotonic() - began < PATIENCE


@pytest.mark.parametrize("num", [1, 2, 3, 17, 255, 0x8000, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0xFFFF_FFFF])
@pytest.mark.parametrize("align", [1, 2, 3, 16, 4096, 0x8000_0000, 0xFFFF_FFFF])
def test_rings_of_any_size_and_alignment_are_survived(num: int, align: int) -> None:
    rig = Rig()
    with suppress(OSError):
        rig.start(Image(table=table(vdev(num=num, align=align))))
        rig.write("state", "stop")
    assert rig.pool.out == {}


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 300), st.binary(min_size=64, max_size=64))
def test_a_firmware_that_scribbles_over_its_table_cannot_hold_up_a_stop(at: int, rubbish: bytes) -> None:
    rig = Rig()
    rig.start(Image(table=table(*GOOD_TABLE)))
    rig.driver.dtcm[at : at + 64] = rubbish
    rig.read("/resource_table")
    rig.crash()
    rig.write("state", "stop")
    rig.assert_nothing_is_held()
