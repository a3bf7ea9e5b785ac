"""What of a followed file is sent is enough to have it, whatever became of it; and no more than differs."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.hosts.agent_changes import change, changed
from rproc_tui.hosts.agent_content import packed, unpacked

FEW = st.binary(max_size=40).map(lambda data: bytes(byte & 1 for byte in data))
"""Of two values, so that much is alike by chance."""


@given(st.binary(max_size=2000) | FEW, st.binary(max_size=2000) | FEW)
def test_the_other_end_has_the_content_after_each_change(before: bytes, now: bytes) -> None:
    assert changed(before, change(before, now)) == now


@given(FEW, FEW)
def test_nothing_that_is_alike_at_both_ends_is_sent(before: bytes, now: bytes) -> None:
    message = change(before, now)
    sent = unpacked(message)
    rest = before[message["head"] : len(before) - message["tail"]]
    assert not (sent and rest and (sent[0] == rest[0] or sent[-1] == rest[-1]))


def test_a_line_at_the_end_of_a_long_buffer_is_sent_alone() -> None:
    before = os.urandom(60_000)
    assert len(str(change(before, before + b"one more line\n"))) < 100


def test_what_is_overwritten_in_the_middle_of_a_ring_is_sent_alone() -> None:
    before = os.urandom(60_000)
    assert len(str(change(before, before[:30_000] + b"a line" + before[30_006:]))) < 100


@pytest.mark.parametrize(
    "message",
    [
        {"head": 4, "text": ""},
        {"tail": -1, "text": ""},
        {"head": 2, "tail": 2, "text": ""},
        {"head": "0", "text": ""},
        {},
    ],
)
def test_a_change_that_does_not_fit_is_an_error(message: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"change|data"):
        changed(b"abc", message)


@given(st.binary(max_size=3000), st.booleans())
def test_bytes_travel_packed_or_not(data: bytes, compress: bool) -> None:
    assert unpacked(packed(data * 3, compress=compress)) == data * 3


def test_who_does_not_ask_for_packing_gets_none() -> None:
    assert list(packed(bytes(10_000))) == ["text"]
    assert list(packed(bytes(10_000), compress=True)) == ["zlib"]


def test_a_small_message_cannot_become_a_large_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rproc_tui.hosts.agent_content.inflated.__defaults__", (1000,))
    with pytest.raises(ValueError, match="too long"):
        unpacked(packed(bytes(10_000), compress=True))
