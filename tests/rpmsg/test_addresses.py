from __future__ import annotations

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.rpmsg.addresses import ADDRESS_ANY, AddressSpace, address_of, signed


def test_dynamic_addresses_start_at_1024_and_the_lowest_free_one_is_taken() -> None:
    space: AddressSpace[int] = AddressSpace()
    assert [space.allocate(ADDRESS_ANY, number) for number in (1, 2, 3)] == [1024, 1025, 1026]
    space.release(1025, 2)
    assert [space.allocate(ADDRESS_ANY, number) for number in (4, 5)] == [1025, 1027]
    assert space.occupants() == (1, 3, 4, 5)


@pytest.mark.parametrize("address", [0, 53, 1023, 1024, 0x7FFFFFFF])
def test_a_fixed_address_is_had_once(address: int) -> None:
    space: AddressSpace[str] = AddressSpace()
    assert space.allocate(address, "first") == address
    with pytest.raises(OSError, match="taken") as caught:
        space.allocate(address, "second")
    assert caught.value.errno == errno.ENOSPC
    assert space.find(address) == "first"


def test_an_address_above_31_bits_does_not_fit_the_kernels_table() -> None:
    with pytest.raises(OSError, match="out of range") as caught:
        AddressSpace[str]().allocate(0x80000000, "x")
    assert caught.value.errno == errno.EINVAL


def test_only_the_occupant_leaves() -> None:
    space: AddressSpace[int] = AddressSpace()
    space.allocate(5, 1)
    space.release(5, 2)
    space.release(6, 1)
    assert space.find(5) == 1
    space.release(5, 1)
    assert space.find(5) is None


@given(fixed=st.sets(st.integers(1020, 1040)), wanted=st.integers(1, 20))
def test_dynamic_addresses_go_round_the_fixed_ones(fixed: set[int], wanted: int) -> None:
    space: AddressSpace[int] = AddressSpace()
    for address in fixed:
        space.allocate(address, address)
    taken = [space.allocate(ADDRESS_ANY, -1) for _ in range(wanted)]
    assert taken == [address for address in range(1024, 1100) if address not in fixed][:wanted]


@pytest.mark.parametrize(
    ("value", "address", "shown"), [(-1, ADDRESS_ANY, -1), (1024, 1024, 1024), (0x80000000, 0x80000000, -(1 << 31))]
)
def test_addresses_are_32_bits_on_the_wire_and_signed_in_names(value: int, address: int, shown: int) -> None:
    assert address_of(value) == address
    assert signed(address) == shown
