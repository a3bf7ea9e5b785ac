from __future__ import annotations

from typing import Any

import pytest

from rproc_tui.model.crash import CrashStage
from rproc_tui.tui.panels.crash_list import crash_row
from tests.tui.crashes import record

pytestmark = pytest.mark.usefixtures("utc")

LOOP = {"count": 12, "period": 40.0, "regular": True, "type": "watchdog", "title": "watchdog", "place": None}
UNEXAMINED = {"stage": CrashStage.COLLECTING, "title": None, "place": None}
ROWS: list[tuple[dict[str, Any], int, str]] = [
    ({}, 118, "  14 Nov 22:14:20  m4       mmufault      write through a null pointer, in store (crash.c:21)"),
    ({}, 76, "  14 Nov 22:14  m4       write through a null pointer, in store (crash.c:21)"),
    ({}, 60, "  14 Nov 22:14  m4       write through a…, in store (crash.…"),
    (LOOP, 118, "↻ a watchdog every 40.0 s ×12"),  # noqa: RUF001
    (LOOP, 76, "↻ watchdog ×12"),  # noqa: RUF001
    (UNEXAMINED, 118, "saving what is left of it …"),
    (UNEXAMINED | {"stage": CrashStage.EXAMINING}, 76, "being examined …"),
    ({"problems": ("the disk is full",)}, 76, "▲"),
    ({"title": None, "place": None}, 76, "mmufault"),
    ({"title": "[red]x[/red]", "place": None}, 76, "[red]x[/red]"),
]


@pytest.mark.parametrize(("changes", "width", "expected"), ROWS)
def test_a_row_tells_when_who_what_and_of_which_loop(changes: dict[str, Any], width: int, expected: str) -> None:
    row = crash_row(record(**changes), width, marked=False)
    assert expected in row.plain
    assert row.cell_length == width


def test_the_marked_one_has_its_sign() -> None:
    assert crash_row(record(), 76, marked=True).plain.startswith("= ")
