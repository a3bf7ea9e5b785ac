from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.rpmsg.payload_text import payload_text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"ping", "ping"),
        (b"23.4 C\r\n", "23.4 C"),
        (b"a\nb\n", "a\\x0ab"),
        (b"", ""),
        (b"\x1b[2J", "\\x1b[2J"),
        (b"\xff\x00", "ff 00"),
    ],
)
def test_text_is_shown_as_text_and_bytes_as_bytes(data: bytes, text: str) -> None:
    assert payload_text(data) == text


@given(st.binary(max_size=600))
def test_no_payload_can_move_a_cursor(data: bytes) -> None:
    assert payload_text(data).isprintable()
