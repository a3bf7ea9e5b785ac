from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.hosts.log_text import LogText, parse_line, parse_lines

TEXT = "remoteproc remoteproc0: powering up m4"


@pytest.mark.parametrize(
    ("raw", "seconds", "level"),
    [
        (TEXT, 0.0, 6),
        (f"[  538.362568] {TEXT}", 538.362568, 6),
        (f"[18375.572034] {TEXT}", 18375.572034, 6),
        (f"[   12.262627][   T71] {TEXT}", 12.262627, 6),
        (f"[   12.262627][    C0] {TEXT}", 12.262627, 6),
        (f"<3>[    1.500000] {TEXT}", 1.5, 3),
        (f"<30>[    1.500000] {TEXT}", 1.5, 6),
        (f"<4>{TEXT}", 0.0, 4),
        (f"[Thu Nov 20 09:02:11 2026] {TEXT}", 0.0, 6),
        (f"mobian kernel: {TEXT}", 0.0, 6),
        (f"kernel: {TEXT}", 0.0, 6),
        (f"Nov 20 09:02:11 am62 kernel: [  538.362568] {TEXT}", 538.362568, 6),
        (f"2026-11-20T09:02:11,123456+00:00 am62 kernel: {TEXT}", 0.0, 6),
        (f"[  538.362568] {TEXT}\r", 538.362568, 6),
    ],
)
def test_every_form_of_a_log_line_gives_the_same_text(raw: str, seconds: float, level: int) -> None:
    line = parse_line(raw.encode())
    assert (line.text, line.level) == (TEXT, level)
    assert line.seconds == pytest.approx(seconds)


def test_differences_add_up() -> None:
    lines = parse_lines(b"[    5.000000] a\n[  +0.250000] b\n[  +0.250000] c\n")
    assert [line.seconds for line in lines] == pytest.approx([5.0, 5.25, 5.5])


def test_a_line_without_a_time_has_that_of_the_line_before() -> None:
    assert [line.seconds for line in parse_lines(b"[    5.000000] a\nb\n")] == [5.0, 5.0]


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("2026-11-20T23:59:59.500000+00:00 am62 kernel: a", "2026-11-21T00:00:09,750000+00:00 am62 kernel: b", 10.25),
        ("Nov 30 23:59:50 am62 kernel: a", "Dec  1 00:00:10 am62 kernel: b", 20.0),
        ("Dec 31 23:59:50 am62 kernel: a", "Jan  1 00:00:10 am62 kernel: b", 0.0),
        ("[Thu Nov 20 09:02:11 2026] a", "[Thu Nov 20 09:02:51 2026] b", 40.0),
        ("Nov 99 23:59:50 am62 kernel: a", "2026-99-21T00:00:10 am62 kernel: b", 0.0),
        ("kernel: a", "kernel: b", 0.0),
    ],
)
def test_a_wall_clock_tells_how_far_lines_without_the_kernels_time_are_apart(
    first: str, second: str, apart: float
) -> None:
    before, after = parse_lines(f"{first}\n{second}\n".encode())
    assert after.seconds - before.seconds == pytest.approx(apart)


@pytest.mark.parametrize(
    ("raw", "kernels"),
    [
        (f"[    1.000000] {TEXT}", True),
        (f"<6>[    1.000000] {TEXT}", True),
        (f"Jan  1 00:00:00 board kern.info kernel: [    1.000000] {TEXT}", True),
        (f"Nov 20 09:02:11 am62 user[17]: {TEXT}", False),
        (f"Nov 20 09:02:11 am62 logger: kernel: {TEXT}", False),
        (TEXT, False),
    ],
)
def test_in_a_file_of_everybodys_lines_the_kernels_are_told_by_their_mark(raw: str, *, kernels: bool) -> None:
    assert (LogText().take(raw.encode(), only_kernel=True) is not None) is kernels


def test_lines_are_numbered_and_empty_ones_left_out() -> None:
    assert [(line.sequence, line.text) for line in parse_lines(b"a\n\n  \r\nb\n")] == [(0, "a"), (1, "b")]


def test_a_leading_blank_of_a_device_without_driver_stays() -> None:
    assert parse_line(b"[    1.000000]  remoteproc0#vdev0buffer: x").text == " remoteproc0#vdev0buffer: x"


def test_a_word_in_brackets_is_text() -> None:
    assert parse_line(b"[drm] Initialized").text == "[drm] Initialized"


@given(st.binary(max_size=200))
def test_no_bytes_raise_and_nothing_unsafe_comes_out(content: bytes) -> None:
    for line in parse_lines(content):
        assert "\x1b" not in line.text
        assert 0 <= line.level <= 7
