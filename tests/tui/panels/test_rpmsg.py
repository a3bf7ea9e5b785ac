from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.model.processor import Snapshot
from rproc_tui.model.rpmsg import RingFill, Rpmsg
from rproc_tui.tui.panels.rpmsg import UNKNOWN_RINGS, channel_lines, ring_lines, said_lines
from rproc_tui.tui.view import View
from tests.tui.scripted import host, plain, processors, rpmsg, view


def talking(found: Rpmsg, name: str = "m4") -> View:
    changed = tuple(replace(each, rpmsg=found) if each.name == name else each for each in processors())
    return view(Snapshot((host(changed),)), name)


def test_a_channel_has_addresses_driver_and_what_was_made_of_it() -> None:
    raw, tty, sensor = plain(channel_lines(talking(rpmsg()), 80, {"rpmsg-tty"}))
    assert raw.split() == ["○", "rpmsg-raw", "0x400", "→", "0x400", "rpmsg_chrdev", "rpmsg0"]
    assert tty.startswith("◉ rpmsg-tty")
    assert "any → 0x402" in sensor
    assert "no driver" in sensor
    assert "by endpoint" in sensor


@pytest.mark.parametrize("width", [30, 60, 100])
def test_no_line_is_wider_than_the_panel(width: int) -> None:
    shown = talking(rpmsg())
    for line in (*channel_lines(shown, width, ()), *ring_lines(shown, width)):
        assert line.cell_length <= width


@pytest.mark.parametrize(
    ("name", "why"), [("pru0", "pru0 is offline: channels come with its"), (None, "select a proc")]
)
def test_no_channels_is_explained(name: str | None, why: str) -> None:
    (first, *_) = plain(channel_lines(view(name=name), 60, ()))
    assert first.startswith(why)


def test_bars_show_messages_that_wait_and_are_red_when_nothing_more_fits() -> None:
    received, sent, endpoint = ring_lines(talking(rpmsg()), 60)
    assert received.plain == "to Linux  ▕███░░░░░░░░░░░░░▏  3 of 16  1234 so far"
    assert "$state-crashed" in {span.style for span in sent.spans}
    assert endpoint.plain.split() == ["endpoint", "rpmsg1", "any", "→", "0x400", "mine"]


def test_rings_that_nobody_shows_are_said_to_be_unknown() -> None:
    lines = plain(ring_lines(talking(replace(rpmsg(), rings=(), endpoints=())), 200))
    assert lines == [UNKNOWN_RINGS]
    assert ring_lines(view(name="pru0"), 60) == []


def test_a_ring_of_no_size_has_an_empty_bar() -> None:
    (line,) = plain(ring_lines(talking(Rpmsg(rings=(RingFill("v", "input", 0, 0, 0, 0, 0),))), 60))
    assert "█" not in line


@pytest.mark.parametrize(
    ("data", "sent", "lines"),
    [
        (b"ping", True, ["→ ping"]),
        (b"a\nb\n", False, ["← a", "  b"]),
        (b"\xff\x0a", False, ["← ff 0a"]),
        (b"", False, ["← "]),
        (b"\x1b[2J", False, ["← \\x1b[2J"]),
    ],
)
def test_a_message_is_a_line_or_a_line_for_each_of_its_own(data: bytes, sent: bool, lines: list[str]) -> None:
    assert list(said_lines(data, sent=sent)) == lines
