from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.tui.panels.crash_comparison import compared, comparison_lines
from tests.tui.crashes import NOTHING, examined, frames, registers, report
from tests.tui.scripted import plain

pytestmark = pytest.mark.usefixtures("utc")


def test_the_same_crash_twice_differs_in_nothing() -> None:
    parts = compared(examined(1), examined(2))
    assert [name for name, _ in parts] == ["Crash", "Calls", "Variables", "Registers", "Last lines of the trace"]
    assert not [row for _, rows in parts for row in rows if row.differs]
    assert "the same" in comparison_lines(examined(1), examined(2), 100)[0].plain


def test_what_differs_is_marked() -> None:
    other = replace(frames()[0], frame=replace(frames()[0].frame, registers=registers(r1=9)))
    right = examined(2, of=report(frames=(other, frames()[1])), type="watchdog")
    lines = plain(comparison_lines(examined(1), right, 90))
    marked = [" ".join(line.split()) for line in lines if line.startswith("≠")]
    assert marked == [
        "≠ type mmufault watchdog",
        "≠ 0x10000400 main:5",
        "≠ main:5 calibrate:26",
        "≠ calibrate:26 store:21",
        "≠ store:21",
        "≠ r1 0x00000007 0x00000009",
    ]
    assert "1 differs" in lines[0]


def test_against_a_crash_of_which_nothing_is_known_only_facts_are_compared() -> None:
    names = [name for name, _ in compared(examined(1), examined(2, of=NOTHING))]
    assert names == ["Crash", "Calls", "Last lines of the trace"]


@pytest.mark.parametrize("width", [40, 76, 118])
def test_no_line_is_wider_than_the_panel(width: int) -> None:
    lines = comparison_lines(examined(1), examined(2, of=NOTHING), width)
    assert max(line.cell_length for line in lines) <= width
