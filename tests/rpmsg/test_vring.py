from __future__ import annotations

import mmap
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.rpmsg.vring import Vring, available_offset, used_offset, vring_size


@pytest.mark.parametrize(
    ("num", "align", "available", "used", "size"),
    [
        (2, 16, 32, 48, 70),
        (8, 16, 128, 160, 230),
        (16, 16, 256, 304, 438),
        (16, 4096, 256, 4096, 4230),
        (32, 16, 512, 592, 854),
        (256, 16, 4096, 4624, 6678),
        (256, 4096, 4096, 8192, 10246),
        (512, 4096, 8192, 12288, 16390),
    ],
)
def test_a_ring_lies_in_memory_as_the_kernel_lays_it_out(
    num: int, align: int, available: int, used: int, size: int
) -> None:
    assert (available_offset(num), used_offset(num, align), vring_size(num, align)) == (available, used, size)


@given(num=st.integers(1, 512), align=st.integers(1, 8192))
def test_a_ring_of_any_shape_fits_its_size_and_its_parts_do_not_run_into_the_neighbour(num: int, align: int) -> None:
    ring = Vring(memoryview(bytearray(vring_size(num, align))), num, align)
    ring.set_available_entry(num - 1, 0xFFFF)
    ring.used_event = 0xFFFF
    assert ring.used_element(num - 1) is not None
    assert ring.available_event in (0, 0xFFFF)  # an alignment that is no power of two may lay parts over each other


@pytest.mark.parametrize(("num", "align", "size"), [(0, 16, 4096), (16, 0, 4096), (-1, 16, 4096), (16, 16, 437)])
def test_a_ring_that_cannot_be_is_refused(num: int, align: int, size: int) -> None:
    with pytest.raises(ValueError, match=r"ring of 16 needs|invalid qsz"):
        Vring(memoryview(bytearray(size)), num, align)


def test_the_drivers_fields_stand_where_the_specification_has_them() -> None:
    memory = bytearray(vring_size(4, 16))
    ring = Vring(memoryview(memory), 4, 16)
    ring.set_descriptor(1, 0x1_2345_6789, 512, 2, 3)
    ring.available_flags = 1
    ring.available_index = 0xFFFE
    ring.set_available_entry(3, 2)
    ring.used_event = 0x0102
    assert struct.unpack_from("<QIHH", memory, 16) == (0x1_2345_6789, 512, 2, 3)
    assert struct.unpack_from("<HH4HH", memory, 64) == (1, 0xFFFE, 0, 0, 0, 2, 0x0102)
    assert ring.descriptor(1) == (0x1_2345_6789, 512, 2, 3)
    assert (ring.available_flags, ring.available_index, ring.available_entry(3), ring.used_event) == (1, 0xFFFE, 2, 258)


def test_the_remote_sides_fields_are_read_where_the_specification_has_them() -> None:
    memory = bytearray(vring_size(4, 16))
    struct.pack_into("<HH8IH", memory, 80, 1, 0xFFFD, 1, 2, 3, 4, 5, 6, 0xFFFFFFFF, 8, 0x0203)
    ring = Vring(memoryview(memory), 4, 16)
    assert (ring.used_flags, ring.used_index, ring.available_event) == (1, 0xFFFD, 0x0203)
    assert [ring.used_element(slot) for slot in range(4)] == [(1, 2), (3, 4), (5, 6), (0xFFFFFFFF, 8)]


WRITER = """
import mmap, sys
from rproc_tui.rpmsg.vring import Vring
with open(sys.argv[1], "r+b") as file:
    memory = mmap.mmap(file.fileno(), 0)
ring = Vring(memoryview(memory), 16, 16)
print("ready", flush=True)
while not memory[4095]:
    ring.available_index = 0x00FF
    ring.available_index = 0x0100
"""


def test_an_index_that_moves_is_never_seen_half_written(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    path.write_bytes(bytes(4096))
    with (
        path.open("r+b") as file,
        mmap.mmap(file.fileno(), 0) as memory,
        subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer,
    ):
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        with memoryview(memory) as whole, whole[256:294].cast("H") as available:
            while available[1] == 0:
                pass
            seen = {available[1] for _ in range(1_000_000)}
        memory[4095] = 1
    assert seen <= {0x00FF, 0x0100}
