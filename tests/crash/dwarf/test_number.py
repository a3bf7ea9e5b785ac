from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.crash.dwarf.number import sleb128, uleb128
from tests.crash.dwarf_builder import sleb, uleb

UNSIGNED = st.integers(0, 2**64 - 1)
SIGNED = st.integers(-(2**63), 2**63 - 1)


@given(UNSIGNED, st.binary(max_size=3))
def test_an_unsigned_number_is_read_as_it_was_written(value: int, behind: bytes) -> None:
    data = uleb(value)
    assert uleb128(b"\x80" + data + behind, 1) == (value, 1 + len(data))


@given(SIGNED, st.binary(max_size=3))
def test_a_signed_number_is_read_as_it_was_written(value: int, behind: bytes) -> None:
    data = sleb(value)
    assert sleb128(data + behind, 0) == (value, len(data))


def test_a_number_that_does_not_end_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 16 bytes"):
        uleb128(b"\x80" * 100, 0)
    with pytest.raises(IndexError):
        uleb128(b"\x80\x80", 0)
