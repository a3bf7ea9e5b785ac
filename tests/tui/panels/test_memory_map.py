from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.firmware.facts import Segment
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.tui.panels.memory_map import STRAY, Bar, Span, Use, cells, memory_bars
from rproc_tui.tui.panels.segments import segment_lines
from tests.tui.scripted import KIB, facts, plain, regions, view


def names(bar: Bar) -> list[str]:
    return [span.name for span in bar.spans]


def test_segments_and_carveouts_lie_in_their_regions() -> None:
    retram, sram = memory_bars(regions(), facts())
    assert (retram.name, names(retram)) == ("retram", [".isr_vector .text"])
    assert (sram.name, names(sram)) == ("sram", [".data .bss", "vdev0buffer"])
    assert [span.use for span in sram.spans] == [Use.DATA, Use.CARVEOUT]


def test_a_carveout_that_is_the_region_itself_says_nothing_new() -> None:
    twice = (*regions(), Region("retram", 0x0, 64 * KIB, RegionKind.CARVEOUT))
    assert memory_bars(twice, facts()) == memory_bars(regions(), facts())


def test_a_carveout_outside_all_regions_is_a_bar_of_its_own() -> None:
    far = Region("far", 0x80000000, 4 * KIB, RegionKind.CARVEOUT)
    assert [bar.name for bar in memory_bars((*regions(), far), None)] == ["retram", "sram", "far"]


def test_segments_in_no_region_are_shown_and_called_so() -> None:
    elf = facts().elf
    assert elf is not None
    stray = (
        Segment(2, 1, 0, 0x20000000, 0x20000000, 16, 12 * KIB, 6, 4),
        Segment(3, 1, 0, 0x30000000, 0x30000000, 1, 1, 5, 4),
    )
    bars = memory_bars(regions(), replace(facts(), elf=replace(elf, segments=(*elf.segments, *stray))))
    assert [(bar.name, bar.da) for bar in bars[2:]] == [(STRAY, 0x20000000), (STRAY, 0x30000000)]


def test_a_firmware_file_without_a_board_is_drawn_as_well() -> None:
    assert [bar.name for bar in memory_bars((), facts())] == [STRAY, STRAY]


def test_the_smallest_use_is_seen() -> None:
    bar = Bar("ddr", 0, 1 << 30, (Span(5 << 20, 16, Use.CODE, ".text"),))
    assert cells(bar, 20).count(Use.CODE) == 1


@given(st.integers(1, 1 << 32), st.integers(1, 60), st.floats(0, 1), st.floats(0, 1))
def test_a_bar_is_to_scale(size: int, count: int, where: float, share: float) -> None:
    da = min(int(size * where), size - 1)
    length = max(1, int((size - da) * share))
    drawn = cells(Bar("x", 0, size, (Span(da, length, Use.DATA, "d"),)), count)
    assert len(drawn) == count
    used = drawn.count(Use.DATA)
    assert 1 <= used <= length * count / size + 2


@pytest.mark.parametrize(("width", "bar"), [(90, 28), (76, 14)])
def test_regions_are_lines_with_bars_sizes_and_names(width: int, bar: int) -> None:
    lines = plain(segment_lines(view(), width))
    assert lines[0].startswith("retram 0x00000000 ▕████")
    assert "41 KiB .isr_vector .text" in lines[0]
    assert lines[1].startswith("sram   0x10000000 ▕")
    assert lines[1].index("▏") - lines[1].index("▕") - 1 == bar
    assert "16 KiB vdev0buffer" in "\n".join(lines)
    assert max(map(len, lines)) <= width


def test_nothing_known_is_a_sentence() -> None:
    assert plain(segment_lines(view(name="pru0"), 90)) == ["no memory regions known, and no firmware file to look into"]
