from __future__ import annotations

import pytest

from tests.tui.hostile.terminal_stream import faults


@pytest.mark.parametrize(
    "data",
    [
        "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[3;17H\x1b[1;38;2;255;0;7mdas Gerät läuft\x1b[0m\r\n".encode(),
        b"\x1bM\x1b7\x1b8\x1b[>25u\x1b[?2026$p\x1b[?2048$p\x1b[6n\x1b[<u",
        b"\x1b]52;c;aGVsbG8=\x07\x1b]22;default\x07",
    ],
)
def test_what_the_screen_sends_is_no_fault(data: bytes) -> None:
    assert faults(data) == []


@pytest.mark.parametrize(
    "data",
    [
        b"\x1b]0;title\x07",
        b"\x1b]52;c;\x1b[2J\x07",
        b"\x1b[4242m",
        b"\x1b[5i",
        b"\x1bP+q\x1b\\",
        b"\x1b",
        b"\x1bc",
        b"\x07",
        b"\x08",
        b"\x7f",
        "\x9b31m".encode(),
        "\u202eabc".encode(),
        "\u200b".encode(),
        "\ufeff".encode(),
        b"\xff",
        b"\x9b31m",
    ],
)
def test_what_only_somebody_else_would_send_is_one(data: bytes) -> None:
    assert faults(b"text" + data + b"text") != []
