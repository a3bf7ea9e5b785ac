"""Which frame a person wants to see: not that of the handler that noticed, nor that of what an assertion calls."""

from __future__ import annotations

from collections.abc import Sequence

from rproc_tui.crash.fatal_text import Assertion
from rproc_tui.crash.fault_names import is_ending, is_fault_handler
from rproc_tui.crash.values import Frame, How

ENDINGS_MOST = 4
"""Frames of functions that end programs which are passed over after an assertion that names no known line."""


def frame_at_fault(frames: Sequence[Frame], assertion: Assertion | None) -> int | None:
    """Its index; None without frames."""
    if not frames:
        return None
    crossed = next((number for number, one in enumerate(frames) if one.how is How.EXCEPTION_FRAME), 0)
    if crossed and any(is_fault_handler(one.place.function) for one in frames[:crossed]):
        return crossed
    return 0 if assertion is None else _asserting(frames, assertion)


def _asserting(frames: Sequence[Frame], assertion: Assertion) -> int:
    for number, frame in enumerate(frames):
        if any(one.line == assertion.line and _is_file(one.file, assertion.file) for one in frame.places):
            return number
    endings = [is_ending(one.place.function) for one in frames[:ENDINGS_MOST]]
    return next((number for number, ending in enumerate(endings) if not ending), 0)


def _is_file(known: str | None, told: str) -> bool:
    """Whether both name one file; assertions often tell the name without its folder."""
    if known is None:
        return False
    known, told = known.removeprefix("./"), told.removeprefix("./")
    return known == told or known.endswith(f"/{told}") or told.endswith(f"/{known}")
