from __future__ import annotations

import pytest

from rproc_tui.clock import ManualClock
from rproc_tui.controller.kernel_trace import CAPACITY, KernelTrace
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.trace_line import LineKind


@pytest.mark.parametrize(
    ("is_old", "booted", "seconds", "arrived"),
    [
        (True, 900.0, 40.0, 940.0),
        (True, 900.0, 100.5, 1000.5),
        (True, 900.0, 700.0, 1005.0),
        (True, None, 40.0, 1005.0),
        (False, 900.0, 40.0, 1005.0),
    ],
    ids=["old", "said while it was read", "of a clock that runs ahead", "boot unknown", "new"],
)
def test_a_line_stands_at_the_time_when_the_kernel_said_it(
    is_old: bool, booted: float | None, seconds: float, arrived: float
) -> None:
    clock = ManualClock(1000.0)
    trace = KernelTrace(clock)
    trace.begin(booted)
    clock.advance(5.0)
    trace.hear(KernelLine(1, seconds, 6, "remoteproc remoteproc0: powering up m4"), is_old=is_old)
    line = trace.ring.line(0)
    assert (line.arrived, line.firmware_time, line.kind) == (arrived, seconds, LineKind.KERNEL)


def test_a_long_log_is_kept_within_bounds() -> None:
    trace = KernelTrace(ManualClock())
    for number in range(12_000):
        trace.hear(KernelLine(number, float(number), 6, "x" * 100), is_old=True)
    assert trace.ring.size <= CAPACITY
    assert trace.ring.stop == 12_000
