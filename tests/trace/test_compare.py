"""Comparing two snapshots."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.trace.compare import difference_end, difference_start, longest_equal_run, ring_slice

_BUFFER = st.integers(1, 40).flatmap(
    lambda unit: st.tuples(
        st.lists(st.sampled_from([b"a", b"b"]), max_size=60).map(lambda parts: b"".join(part * unit for part in parts)),
        st.lists(st.tuples(st.integers(0, 2400), st.binary(min_size=1, max_size=9)), max_size=4),
    )
)


def _changed(buffer: bytes, edits: list[tuple[int, bytes]]) -> bytes:
    changed = bytearray(buffer)
    for at, text in edits:
        start = at % (len(buffer) or 1)
        changed[start : start + len(text)] = text[: len(buffer) - start]
    return bytes(changed)


@given(_BUFFER, st.integers(0, 2400), st.integers(0, 2400))
def test_the_bounds_of_the_difference_are_those_that_a_loop_finds(
    sample: tuple[bytes, list[tuple[int, bytes]]], start: int, stop: int
) -> None:
    one, other = sample[0], _changed(*sample)
    start, stop = min(start, len(one)), min(stop, len(one))
    different = [at for at in range(start, stop) if one[at] != other[at]]
    if start <= stop:
        assert difference_start(one, other, start, stop) == (different[0] if different else stop)
        assert difference_end(one, other, start, stop) == (different[-1] + 1 if different else start)


def test_bytes_that_only_one_has_count_as_different() -> None:
    assert difference_start(b"abc", b"abcdef", 0, 6) == 3
    assert difference_end(b"abc", b"abcdef", 0, 6) == 6


@given(_BUFFER)
def test_the_longest_equal_run_goes_round_the_end(sample: tuple[bytes, list[tuple[int, bytes]]]) -> None:
    one, other = sample[0], _changed(*sample)
    start, length = longest_equal_run(one, other)
    assert ring_slice(one, start, length) == ring_slice(other, start, length)
    equal = [a == b for a, b in zip(one, other, strict=True)] * 2
    longest = run = 0
    for is_equal in equal:
        run = run + 1 if is_equal else 0
        longest = max(longest, run)
    longest = min(longest, len(one))
    assert length == longest or (length == 0 and longest < 16)
