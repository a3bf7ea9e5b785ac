from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rproc_tui.crash.firmware_match import FirmwareMatch, Match
from rproc_tui.crash.report import ReportedFrame
from rproc_tui.tui.panels.crash_report import FRAMES_INNER, FRAMES_OUTER, report_rows
from tests.tui.crashes import NOTHING, examined, frames, report
from tests.tui.scripted import plain

pytestmark = pytest.mark.usefixtures("utc")


def test_the_whole_report_reads_from_what_and_where_to_the_calls_and_the_variables() -> None:
    rows = report_rows(examined(), 0, 90)
    lines = plain(rows.lines)
    assert lines[:4] == [
        "✖ write through a null pointer",
        "  in store  src/crash.c:21",
        "  BusFault: the bus refused a write, at 0x00000000 (a null pointer)",
        "  14 Nov 22:14:20 · m4 (remoteproc0) on demo · kernel: mmufault #1 · hub.elf",
    ]
    calls = lines.index("Calls")
    assert lines[calls + 1 :] == [
        "✖ #0   store  src/crash.c:21 inlined",
        "       calibrate  src/crash.c:26",
        "  #1   main  src/main.c:5",
        "  #2   0x10000400 [stack scan (guess)]",
        "",
        "Variables of #0 store",
        "  struct sensor * sensor = 0x00000000  r0, parameter",
    ]
    assert rows.frame_rows == ((calls + 1, 0), (calls + 3, 1), (calls + 4, 2))


def test_a_call_without_variables_has_no_heading_for_them() -> None:
    assert not any("Variables" in line for line in plain(report_rows(examined(), 1, 90).lines))


OTHER = FirmwareMatch(Match.OTHER, "its digest differs", has_symbols=True, has_dwarf=True)
DOUBTS: list[tuple[dict[str, Any], str, str]] = [
    (
        {"count": 12, "period": 40.0, "regular": True, "type": "watchdog"},
        "↻ one of a loop: a watchdog every 40.0 s, 12 times",
        "warning",
    ),
    ({"missed": 3}, "↻ 3 crashes before this one came too fast to be kept", "warning"),
    ({"missed": 1}, "↻ 1 crash before this one", "warning"),
    ({"problems": ("the disk is full",)}, "▲ the disk is full", "warning"),
    ({"of": report(firmware=OTHER)}, "▲ OTHER BUILD: its digest differs", "crashed"),
    ({"of": NOTHING}, "→ its memory was not kept: `c` makes the kernel keep it", "label"),
]


@pytest.mark.parametrize(("changes", "expected", "style"), DOUBTS)
def test_what_makes_it_worth_less_or_more_is_said(changes: dict[str, Any], expected: str, style: str) -> None:
    found = [line for line in report_rows(examined(**changes), None, 140).lines if expected in line.plain]
    assert len(found) == 1
    assert style in str(found[0].spans[-1].style)


def test_of_a_stack_overflow_both_ends_are_listed() -> None:
    many = report(frames=(*frames()[:1] * 5000, frames()[1]), at_fault=0)
    rows = report_rows(examined(of=many), 0, 90)
    assert len(rows.frame_rows) == FRAMES_INNER + FRAMES_OUTER
    assert rows.frame_rows[-1][1] == 5000
    assert any(f"… {5001 - FRAMES_INNER - FRAMES_OUTER} more …" in line.plain for line in rows.lines)


@pytest.mark.parametrize("width", [20, 40, 58, 118])
def test_no_line_is_wider_than_the_panel(width: int) -> None:
    long = replace(frames()[0].frame.places[0], function="f" * 300, file="folder/" * 60 + "a.c")
    hostile = ReportedFrame(replace(frames()[0].frame, places=(long,)), frames()[0].variables)
    crash = examined(of=report(frames=(hostile, *frames())), problems=("x" * 200,))
    assert max(line.cell_length for line in report_rows(crash, 0, width).lines) <= width


def test_markup_in_names_is_text() -> None:
    place = replace(frames()[0].frame.places[0], function="[bold]f[/bold]", file="[link=x]a.c")
    crash = examined(of=report(frames=(ReportedFrame(replace(frames()[0].frame, places=(place,))),)))
    assert any("[bold]f[/bold]  [link=x]a.c:21" in line.plain for line in report_rows(crash, 0, 90).lines)
