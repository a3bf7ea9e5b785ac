"""A build that is cut off anywhere is told from a whole one, even where the kernel would take it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.firmware.inspect import facts
from rproc_tui.firmware.whole import cut_off
from tests.firmware.images import Image, Load, Section

WHOLE = Image(
    loads=(Load(), Load(0x20000000, b"\x01" * 40, memsz=400)),
    sections=(
        Section(".text", load=0),
        Section(".debug_info", b"d" * 200, flags=0),
        Section(".bss", type=8, size=9000),
    ),
).build()
LAST = Section(".debug_line", b"l" * 100, flags=0, offset=0x10000, size=100)


def test_a_whole_file_lacks_nothing_though_its_zeroed_sections_reach_behind_it() -> None:
    assert cut_off(facts("fw.elf", WHOLE, len(WHOLE))) is None


@given(st.integers(1, len(WHOLE) - 1))
def test_no_part_of_a_file_passes_for_the_whole(length: int) -> None:
    found = facts("fw.elf", WHOLE[:length], length)
    assert cut_off(found) is not None or not found.boots


def test_a_section_that_is_not_all_there_is_named_though_the_kernel_never_looks_at_it() -> None:
    image = Image(sections=(LAST,)).build()
    found = facts("fw.elf", image, len(image))
    assert found.boots
    assert (
        cut_off(found)
        == f"the file is cut off: section 1 (.debug_line) reaches to 0x10064, and the file ends at {len(image):#x}"
    )


def test_what_is_no_elf_file_is_not_judged() -> None:
    assert cut_off(facts("fw.bin", b"\x01" * 400, 400)) is None
