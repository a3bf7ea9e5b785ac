from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.linux.carveouts import parse
from rproc_tui.linux.problems import PROBLEMS_MOST
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.resource_table import ADDRESS_ANY
from tests.linux.debugfs_text import carveout_text

REGIONS = st.builds(
    Region,
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=31),
    st.integers(0, ADDRESS_ANY - 1),
    st.integers(0, 0xFFFFFFFF),
    st.just(RegionKind.CARVEOUT),
    st.one_of(st.none(), st.integers(1, 0xFFFFFFFF)),
)


@given(st.lists(REGIONS, max_size=5).map(tuple), st.sampled_from([8, 16]))
def test_what_the_kernel_prints_reads_back_as_the_same_regions(regions: tuple[Region, ...], digits: int) -> None:
    assert parse(carveout_text(regions, digits)) == (regions, ())


@given(st.binary(max_size=300))
def test_no_bytes_raise(text: bytes) -> None:
    regions, problems = parse(text)
    assert len(problems) <= PROBLEMS_MOST + 1
    assert all(region.size >= 0 for region in regions)


def test_an_offline_processor_has_no_carveouts() -> None:
    assert parse(b"") == ((), ())


def test_a_dma_address_of_zero_is_not_known() -> None:
    region = Region("rproc", 0x3ED00000, 0x1000000, RegionKind.CARVEOUT, pa=None)
    assert parse(carveout_text((region,))) == ((region,), ())


def test_a_carveout_without_a_place_yet_is_left_out() -> None:
    assert parse(carveout_text((Region("any", ADDRESS_ANY, 16, RegionKind.CARVEOUT),))) == ((), ())


@pytest.mark.parametrize("lost", [b"Device address", b"Length"])
def test_a_carveout_without_address_or_length_is_named_and_left_out(lost: bytes) -> None:
    text = carveout_text((Region("a", 16, 16, RegionKind.CARVEOUT), Region("b", 32, 16, RegionKind.CARVEOUT)))
    head, _, tail = text.partition(lost)
    regions, problems = parse(head + b"Lost: " + tail)
    assert [region.name for region in regions] == ["b"]
    assert problems[-1] == "carveout_memories: carveout 0 has no readable address or length"


def test_text_pasted_through_a_terminal_reads_the_same() -> None:
    regions = (Region("vdev0vring0", 0x9CB00000, 0x3000, RegionKind.CARVEOUT, 0x9CB00000),)
    assert parse(carveout_text(regions).replace(b"\t", b" " * 8)) == (regions, ())
