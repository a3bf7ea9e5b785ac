"""Where the oldest text of a full buffer begins."""

from __future__ import annotations

import pytest

from rproc_tui.trace.seam import find_seam, may_be_full


@pytest.mark.parametrize(
    ("content", "seam"),
    [
        (b"[ 1.0] a\n[ 2.0] b\n[ 3.0] c\n", 0),
        (b"[ 5.0] e\ntorn\n[ 3.0] c\n[ 4.0] d\n", 9),
        (b"[ 5.0] e\n[ 6.0] f\nrest of f\ntorn\n[ 3.0] c\n", 28),
        (b"[ 5.0] e\n[ 3.0] c\n[ 4.0] d\n", 9),
        (b"5.0] e\ntorn\n[ 3.0] c\n[ 4.0] d\n[ ", 7),
        (b"] c\n[ 4.0] d\n[ 5.0] e\n[ 6.0] f\ntorn\n[ 3.0", 31),
        (b"5.0s : b\n26.0s : c\ntorn\n12.0s : a\n13.0s : x\n2", 19),
        (b"[ 5.0] e\n[ 4.9] jitter\ntorn\n[ 1.0] a\n[ 2.0] b\n", 23),
        (b"[ 9.0] i\n[ 1.0] a\n[ 9.5] i\n[ 2.0] b\n", None),
        (b"[ 9.0] i\n[ 1.0] a\n[10.0] i\n", None),
        (b"[ 1.0] a\n[ 1.0] b\n[ 1.0] c\n", None),
        (b"no\ntime\nhere\n", None),
        (b"[ 1.0] only one\n", None),
        (b"", None),
    ],
)
def test_the_seam_is_where_the_firmwares_time_falls_back_once(content: bytes, seam: int | None) -> None:
    assert find_seam(content, full=True) == seam


@pytest.mark.parametrize("newest", [1, 15, 16, 17, 500, 983, 998])
def test_among_many_lines_the_seam_is_found_as_well(newest: int) -> None:
    lines = [b"[%5d.0] line\n" % second for second in range(1000)]
    new = b"".join(lines[1000 - newest :])
    content = new + b"torn line\n" + b"".join(lines[: 1000 - newest])
    assert find_seam(content, full=True) == len(new)
    assert find_seam(b"".join(lines), full=True) == 0


@pytest.mark.parametrize(
    ("length", "size", "full"),
    [
        (4095, 4096, True),
        (4096, 4096, True),
        (4094, 4096, False),
        (4096, None, True),
        (4095, None, True),
        (4000, None, False),
        (0, None, False),
        (0, 0, False),
        (0, 1, False),
    ],
)
def test_a_buffer_may_be_full_when_its_content_reaches_its_last_byte_but_one(
    length: int, size: int | None, *, full: bool
) -> None:
    assert may_be_full(b"x" * length, size) is full
