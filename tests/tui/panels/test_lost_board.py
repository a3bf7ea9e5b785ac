"""A board that is not reached: what was seen last is dimmed, and words say since when, why, and when it is tried."""

from __future__ import annotations

from typing import Any

import pytest

from rproc_tui.model.connection import Connection, Link
from rproc_tui.model.machine_clock import MachineClock
from rproc_tui.model.processor import HostState, Snapshot
from rproc_tui.tui.panels.advice import empty_lines
from rproc_tui.tui.panels.processors import Row, strip_line, tree_lines
from rproc_tui.tui.panels.state import state_lines
from rproc_tui.tui.panels.status import status_line
from rproc_tui.tui.view import changes_in
from tests.tui.scripted import host, plain, view

NONE: frozenset[str] = frozenset()
LOST = Connection(Link.LOST, 988.0, "silent for 15 s", retry_at=1004.0)
REFUSED = Connection(Link.REFUSED, 999.0, "no key of yours is known there")
CONNECTING = Connection(Link.CONNECTING, 999.0)


def lost(**changes: Any) -> HostState:
    return host(**{"connection": LOST, "last_seen": 988.0, "error": "demo is lost: silent for 15 s", **changes})


@pytest.mark.parametrize(
    ("board", "word"),
    [
        (lost(), "lost 12 s ago"),
        (lost(last_seen=800.0), "lost 3 min ago"),
        (lost(connection=REFUSED), "refused, lost 12 s ago"),
        (lost(connection=REFUSED, last_seen=None), "refused"),
        (lost(connection=LOST, last_seen=None), "not reached"),
        (lost(connection=CONNECTING, last_seen=None), "connecting"),
    ],
)
def test_the_tree_the_state_and_the_top_line_say_how_a_line_stands(board: HostState, word: str) -> None:
    shown = view(Snapshot((board,)), host=board, processor=None)
    assert plain(tree_lines(shown, NONE, 50))[0] == f"▾ stm32mp157c-dk2 {word}"
    assert plain(state_lines(shown, 50))[0].split(maxsplit=1) == ["line", word]
    assert f"· {word} ·" in status_line(shown, 140).plain


def test_what_was_seen_last_has_no_colour_of_its_own() -> None:
    lines = tree_lines(view(Snapshot((lost(),))), NONE, 40)
    assert plain(lines)[1].startswith("  ● m4    running")
    assert [{str(span.style) for span in line.spans} for line in lines[1:]] == [{"$dim"}] * 4


def test_the_state_says_why_it_is_lost_and_when_it_is_tried_again() -> None:
    board = lost()
    shown = view(Snapshot((board,)), host=board)
    said = plain(state_lines(shown, 50))
    assert "✖ silent for 15 s" in said
    assert f"next try  {shown.wall.brief(1004.0)}   C tries now" in said
    refused = lost(connection=REFUSED)
    assert "next try  none by itself   C tries now" in plain(state_lines(view(Snapshot((refused,)), host=refused), 50))


def test_a_board_says_who_answers_there_and_what_that_one_cannot_do() -> None:
    connection = Connection(Link.CONNECTED, 900.0, agent="sh (busybox ash)", lacks=("gunzip is missing",), generation=1)
    board = host(connection=connection, clock=MachineClock(100.0, -192.0, 0.5))
    said = plain(state_lines(view(Snapshot((board,)), host=board, processor=None), 50))
    assert said[-3:] == ["agent     sh (busybox ash)", "· gunzip is missing", "clock     3 min behind"]


def test_of_several_boards_those_are_counted_that_are_not_reached() -> None:
    boards = (host(), lost(label="a"), lost(label="b"), lost(label="c", connection=CONNECTING, last_seen=None))
    assert "4 boards · 2 lost, 1 connecting ·" in status_line(view(Snapshot(boards)), 140).plain


def test_several_boards_are_called_by_their_labels() -> None:
    heads = plain(tree_lines(view(Snapshot((host((), label="left"), host((), label="right")))), NONE, 30))
    assert heads == ["▾ left", "▾ right"]


def test_in_a_strip_the_board_says_it() -> None:
    shown = view(Snapshot((lost(),)))
    assert "demo lost 12 s ago" in strip_line(shown, (Row("demo"),), 0, 60).plain


def test_its_age_is_counted_in_seconds_at_first() -> None:
    shown = view(Snapshot((lost(last_seen=999.5),)), processor=None)
    assert changes_in(shown) == pytest.approx(0.5)


def test_a_screen_without_processors_says_that_a_board_is_connecting() -> None:
    assert "◔ connecting …" in plain(empty_lines(Snapshot((lost(connection=CONNECTING, processors=()),)), 60))
