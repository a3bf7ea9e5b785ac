"""How little is written for what changes."""

from __future__ import annotations

import pytest

from rproc_tui.tui.terminal.wire import Wire
from tests.tui.terminal.screens import SecondTerminal

COLUMNS, ROWS = 60, 12


def wire(*, bare: bool = False) -> Wire:
    made = Wire(COLUMNS, ROWS, bare=bare)
    made.write("\x1b[?1049h")
    made.take()
    return made


def at(row: int, text: str, look: str = "0", column: int = 1) -> str:
    return f"\x1b[{row};{column}H\x1b[{look}m{text}\x1b[0m"


def page(first: int) -> str:
    """Lines between two borders, with a thumb that stands still."""
    rows = (
        at(row, f"│ {f'{first + row} a line of the trace':<55} {'▐' if row > 9 else ' '}│") for row in range(2, ROWS)
    )
    return "".join(rows) + "\x1b[1;1H"


def test_what_is_shown_already_costs_nothing() -> None:
    line = wire()
    line.write(at(3, "the same", "1;31"))
    assert line.take()
    line.write(at(3, "the same", "1;31"))
    assert line.take() == ""


def test_one_changed_cell_costs_an_address_and_itself() -> None:
    line = wire()
    line.write(at(3, "count: 41") + "\x1b[1;1H")
    line.take()
    line.write(at(3, "count: 42") + "\x1b[1;1H")
    assert line.take() == "\x1b[3;8H42\x1b[1H"  # the word in one piece


def test_a_short_stretch_between_changes_is_written_again_unless_it_looks_different() -> None:
    line = wire()
    line.write(at(2, "1--2 ") + at(2, "-", "31", 6) + at(2, " 3", column=7) + "\x1b[2;1H")
    line.take()
    line.write(at(2, "x--y ") + at(2, "-", "31", 6) + at(2, " z", column=7) + "\x1b[2;1H")
    assert line.take() == "x--y\x1b[3Cz\r"


def test_a_row_that_becomes_blank_is_erased() -> None:
    line = wire()
    line.write(at(3, "something long that stood here") + "\x1b[3;1H")
    line.take()
    line.write(at(3, " " * COLUMNS) + "\x1b[3;1H")
    assert line.take() == "\x1b[K"


@pytest.mark.parametrize("step", [1, 3, -2])
def test_lines_that_move_are_moved_by_the_terminal(step: int) -> None:
    line, second = wire(), SecondTerminal(COLUMNS, ROWS)
    line.write(page(100))
    second.feed(line.take())
    line.write(page(100 + step))
    cost = ""
    while taken := line.take():
        cost += taken
    second.feed(cost)
    assert len(cost.encode()) < 60 + 90 * abs(step)
    assert second.text().splitlines()[1].startswith(f"│ {102 + step} a line")


def test_a_look_that_only_adds_says_only_what_it_adds() -> None:
    line = wire()
    line.write(at(1, "a", "31") + at(1, "b", "1;31", 2) + at(1, "c", "1;31;44", 3) + at(1, "d", "44", 4) + "\x1b[1;1H")
    assert line.take() == "\x1b[31ma\x1b[1mb\x1b[44mc\x1b[0;44md\r"


def test_frames_are_shown_at_once_where_the_terminal_can_do_that() -> None:
    line = wire()
    line.write("\x1b[?2026h" + page(1) + "\x1b[?2026l")
    taken = line.take()
    assert taken.startswith("\x1b[?2026h")
    assert taken.endswith("\x1b[?2026l")


def test_a_bare_line_is_neither_asked_nor_told_what_old_terminals_do_not_know() -> None:
    line = Wire(COLUMNS, ROWS, bare=True)
    line.write("\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[>25u\x1b[?2026$p\x1b[?2048$p\x1b[?2004h\x1b]22;default\x07\x1b[?7l")
    taken = line.take()
    for unasked in ("$p", "u", "1004", "2004", "]22"):
        assert unasked not in taken
    assert taken.startswith("\x1b[?1049h")
