from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.clock import ManualClock
from rproc_tui.emulator.machine.cortex_m.systick import (
    COUNTED_TO_ZERO,
    ENABLE,
    INTERRUPT,
    PROCESSOR_CLOCK,
    REFERENCE_CLOCK,
    SystemTick,
)


class Bench:
    def __init__(self, frequency: int = 64_000_000) -> None:
        self.clock = ManualClock(start=5.0)
        self.interrupts = 0
        self.tick = SystemTick(self.clock.monotonic, frequency, self.interrupt)

    def interrupt(self) -> None:
        self.interrupts += 1

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.tick.expire(self.clock.monotonic())


@pytest.mark.parametrize(("source", "rate"), [(0, REFERENCE_CLOCK), (PROCESSOR_CLOCK, 64_000_000)])
def test_it_interrupts_once_a_period_of_the_chosen_clock(source: int, rate: int) -> None:
    bench = Bench()
    bench.tick.write_reload(999_999)
    bench.tick.clear_count()
    bench.tick.write_control(ENABLE | INTERRUPT | source)
    period = 1_000_000 / rate
    assert bench.tick.deadline == pytest.approx(5.0 + period)
    for expected in (1, 2, 3):
        bench.advance(period)
        assert bench.interrupts == expected


def test_periods_that_nobody_looked_at_are_one_interrupt_and_the_phase_stays() -> None:
    bench = Bench()
    bench.tick.write_reload(99_999)
    bench.tick.write_control(ENABLE | INTERRUPT)
    bench.advance(1.05)
    assert bench.interrupts == 1
    assert bench.tick.deadline == pytest.approx(6.1)


def test_without_its_interrupt_it_has_no_deadline_but_still_tells_that_it_counted() -> None:
    bench = Bench()
    bench.tick.write_reload(99_999)
    bench.tick.write_control(ENABLE)
    assert bench.tick.deadline is None
    assert not bench.tick.read_control() & COUNTED_TO_ZERO
    bench.clock.advance(0.1)
    assert bench.tick.read_control() & COUNTED_TO_ZERO
    assert not bench.tick.read_control() & COUNTED_TO_ZERO
    assert bench.interrupts == 0


def test_without_a_reload_value_it_stands_still() -> None:
    bench = Bench()
    bench.tick.write_control(ENABLE | INTERRUPT)
    assert bench.tick.deadline is None
    bench.tick.write_reload(9_999)
    assert bench.tick.deadline == pytest.approx(5.01)


def test_a_stopped_count_is_held_and_goes_on() -> None:
    bench = Bench()
    bench.tick.write_reload(99_999)
    bench.tick.write_control(ENABLE)
    bench.clock.advance(0.04)
    bench.tick.write_control(0)
    assert bench.tick.read_count() == pytest.approx(60_000, abs=1)
    bench.clock.advance(3)
    assert bench.tick.read_count() == pytest.approx(60_000, abs=1)
    bench.tick.write_control(ENABLE | INTERRUPT)
    assert bench.tick.deadline == pytest.approx(8.1, abs=1e-4)


def test_ten_milliseconds_can_be_calibrated() -> None:
    assert Bench().tick.calibration == 9_999


@given(st.integers(1, 0xFFFFFF), st.floats(0, 100))
def test_the_count_is_always_between_zero_and_the_reload_value(reload: int, seconds: float) -> None:
    bench = Bench()
    bench.tick.write_reload(reload)
    bench.tick.write_control(ENABLE)
    bench.clock.advance(seconds)
    assert 0 <= bench.tick.read_count() <= reload
