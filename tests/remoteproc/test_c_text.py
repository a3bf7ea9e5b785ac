import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.model.resource_table import ADDRESS_ANY
from rproc_tui.remoteproc.c_text import c_string, int32, kstrtouint, strncmp_equal, sysfs_streq
from rproc_tui.remoteproc.carveout import Carveout
from rproc_tui.remoteproc.device import DmaMemory
from rproc_tui.remoteproc.ida import Ida
from tests.remoteproc.rig import refused

U32S = st.integers(0, 0xFFFF_FFFF)


@given(U32S, st.sampled_from(["{}", "{:#x}", "0{:o}", "+{}", "{}\n"]))
def test_every_unsigned_number_is_read_in_every_base(number: int, layout: str) -> None:
    assert kstrtouint(layout.format(number).encode()) == number


@given(st.binary(max_size=12))
def test_anything_else_is_refused_with_an_errno(written: bytes) -> None:
    number, problem = 0, errno.EINVAL
    try:
        number = kstrtouint(written)
    except OSError as error:
        problem = error.errno or 0
    assert 0 <= number <= 0xFFFF_FFFF
    assert problem in {errno.EINVAL, errno.ERANGE}


def test_too_large_a_number_is_out_of_range_even_with_rubbish_behind_it() -> None:
    with refused(errno.ERANGE):
        kstrtouint(b"99999999999999999999x")
    with refused(errno.EINVAL):
        kstrtouint(b"9999999999x")


@given(U32S)
def test_an_int_keeps_its_bits(number: int) -> None:
    assert int32(number) & 0xFFFF_FFFF == number
    assert -(1 << 31) <= int32(number) < 1 << 31


@pytest.mark.parametrize(
    ("left", "right", "count", "same"),
    [
        (b"e", b"enabled", 1, True),
        (b"e\0", b"enabled", 2, False),
        (b"enabled", b"enabled", 7, True),
        (b"enabledx", b"enabled", 8, False),
        (b"enabled\0x", b"enabled", 9, True),
        (b"", b"enabled", 0, True),
    ],
)
def test_strings_are_compared_as_strncmp_does(left: bytes, right: bytes, count: int, *, same: bool) -> None:
    assert strncmp_equal(left, right, count) == same


@given(st.binary(max_size=10))
def test_a_word_matches_itself_with_at_most_one_newline(word: bytes) -> None:
    text = c_string(word).strip(b"\n")
    assert sysfs_streq(text + b"\n", text)
    assert not sysfs_streq(text + b"\n\n", text)


@given(U32S, st.integers(1, 1 << 20), U32S, st.integers(0, 1 << 21))
def test_what_fits_a_carveout_lies_in_it(base: int, size: int, da: int, length: int) -> None:
    carveout = Carveout("c", base, size, DmaMemory(0, memoryview(bytes(size))))
    if carveout.misfit(da, length) is None and ADDRESS_ANY not in (da, base):
        assert (da - base) % (1 << 32) + length <= size
        assert carveout.view(da, length) is not None
    if carveout.view(da, length) is None and ADDRESS_ANY not in (da, base):
        assert carveout.misfit(da, length) is not None


@given(st.lists(st.integers(0, 20), max_size=30))
def test_the_lowest_free_number_is_given_out(freed: list[int]) -> None:
    ida = Ida()
    held: set[int] = set()
    for number in freed:
        if number in held:
            ida.free(number)
            held.discard(number)
        else:
            given_out = ida.alloc()
            assert given_out == min(set(range(40)) - held)
            held.add(given_out)
