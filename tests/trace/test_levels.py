"""How bad a line says it is."""

from __future__ import annotations

import pytest

from rproc_tui.trace.levels import Level, level_of


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("[00:00:01.234,567] <err> main: no answer", Level.ERROR),
        ("[00:00:01.234,567] <wrn> main: late", Level.WARNING),
        ("<inf> main: up", Level.INFO),
        ("<dbg> main.start: x", Level.DEBUG),
        ("[00001.234][ERR  ]no clock", Level.ERROR),
        ("[00001.234][INFO ]ready", Level.INFO),
        ("[WARN] hot", Level.WARNING),
        ("E: ***** HARD FAULT *****", Level.ERROR),
        ("W: low", Level.WARNING),
        ("I (1234) wifi: up", Level.INFO),
        ("[m4f0-0]     0.000123s : ERROR: bad", Level.ERROR),
        ("ERROR: bad", Level.ERROR),
        ("Error: bad", Level.ERROR),
        ("error: bad", Level.ERROR),
        ("ASSERTION FAIL [x] @ main.c:12", Level.ERROR),
        (">>> ZEPHYR FATAL ERROR 0: CPU exception", Level.ERROR),
        ("WARNING low battery", Level.WARNING),
        ("[    1.0] DEBUG x=1", Level.DEBUG),
        ("0 errors, 0 warnings", None),
        ("the error is gone", None),
        ("hub: tick 12", None),
        ("VALUE: 12", None),
        ("", None),
        (" " * 200 + "ERROR", None),
    ],
)
def test_the_first_mark_near_the_start_names_the_level(text: str, level: Level | None) -> None:
    assert level_of(text) is level
