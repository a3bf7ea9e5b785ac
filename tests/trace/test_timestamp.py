"""Firmware's own time at the start of a line."""

from __future__ import annotations

import pytest

from rproc_tui.trace.timestamp import firmware_time


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("[00:00:01.234,567] <inf> main: up", 1.234567),
        ("[01:02:03.004] hub: tick", 3723.004),
        ("[00:00:10] started", 10.0),
        ("[m4f0-0]     0.000123s : Hello", 0.000123),
        ("[ r5f0-0]    12.500000s : Hello", 12.5),
        ("[0][      0.250] Watchdog enabled", 0.25),
        ("[   12.345678] printk", 12.345678),
        ("[00001.234][INFO ]ready", 1.234),
        ("<6>[    3.5] kernel", 3.5),
        ("  [    3.5] indented", 3.5),
        ("tick 12.5", None),
        ("[INFO] no time", None),
        ("[00:99:00.000] no minute", None),
        ("12.5s later", None),
        ("[99999999999999999999.0] too long", None),
        ("[\u0661.\u0662] not ASCII", None),
        ("", None),
        ("[", None),
    ],
)
def test_the_usual_formats_are_read_and_nothing_else(text: str, seconds: float | None) -> None:
    assert firmware_time(text) == seconds
