"""A firmware of 26 000 functions with 15 MB of debug information: a report of it takes less than a second."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.crash.examine import examine
from rproc_tui.crash.symbols import Symbols
from tests.crash.demo_crashes import died
from tests.crash.evidence import everything, firmware_file
from tests.crash.large_firmware import firmware, start_of, with_large_debug

SECONDS = 1.0
"""Of processor time, from the bytes of the file to the lines of eight frames in eight units; the budget of a report."""


def test_eight_frames_of_a_large_firmware_take_less_than_a_second() -> None:
    content = firmware()
    assert len(content) > 17_000_000
    begun = time.process_time()
    symbols = Symbols(content)
    for number in range(8):
        unit, function = number * 13, number * 30
        (place,) = symbols.places(start_of(unit, function) + 10)
        assert (place.function, place.file) == (f"function_{function}", f"/src/unit_{unit}.c")
        assert place.line is not None
        assert symbols.rules(place.address) is not None
    assert time.process_time() - begun < SECONDS


def test_a_crash_beside_much_debug_information_is_placed_in_less_than_a_second() -> None:
    remains = died("lab", "null")
    content = with_large_debug(remains.firmware)
    assert len(content) > 15_000_000
    known = examine(everything(remains))
    begun = time.process_time()
    report = examine(replace(everything(remains), firmware=firmware_file(content)))
    assert time.process_time() - begun < SECONDS
    assert report.place == known.place
    assert [one.frame.places for one in report.frames] == [one.frame.places for one in known.frames]
