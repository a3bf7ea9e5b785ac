"""Mailbox, watchdog, timer and abort device, by their registers."""

from __future__ import annotations

import pytest

from rproc_tui.clock import ManualClock
from rproc_tui.emulator.machine.bus import Device
from rproc_tui.emulator.machine.devices.abort import AbortDevice
from rproc_tui.emulator.machine.devices.mailbox import CAPACITY, EMPTY, Mailbox
from rproc_tui.emulator.machine.devices.timer import Timer
from rproc_tui.emulator.machine.devices.watchdog import Watchdog
from rproc_tui.emulator.machine.faults import BusError, CoreStopped, CrashCause


class Line:
    def __init__(self) -> None:
        self.raised = 0

    def __call__(self) -> None:
        self.raised += 1


def test_words_come_out_in_order_and_each_interrupts() -> None:
    line = Line()
    mailbox = Mailbox(line, lambda _notifyid: None)
    for word in (1, 0x102):
        mailbox.post(word)
    assert line.raised == 2
    assert mailbox.read(0x0C, 4) == mailbox.waiting == 2
    assert [mailbox.read(0x08, 4) for _ in range(3)] == [1, 0x102, EMPTY]


def test_a_kick_is_handed_over_at_once_and_words_when_they_are_asked_for() -> None:
    kicks: list[int] = []
    mailbox = Mailbox(lambda: None, kicks.append)
    mailbox.write(0x00, 4, 1)
    mailbox.write(0x04, 4, 0xABC)
    mailbox.write(0x00, 4, 0)
    assert kicks == [1, 0]
    assert mailbox.take_sent() == [0xABC]
    assert mailbox.take_sent() == []


def test_a_firmware_that_sends_without_end_fills_no_memory() -> None:
    mailbox = Mailbox(lambda: None, lambda _notifyid: None)
    for word in range(10 * CAPACITY):
        mailbox.write(0x04, 4, word)
    assert mailbox.take_sent() == list(range(CAPACITY))


def test_the_watchdog_bites_when_it_is_not_fed() -> None:
    clock = ManualClock()
    dog = Watchdog(clock.monotonic)
    assert dog.deadline is None
    dog.write(0x04, 4, 500)
    assert dog.deadline is None
    dog.write(0x00, 4, 1)
    clock.advance(0.4)
    assert dog.read(0x0C, 4) == 100
    dog.expire(clock.monotonic())
    dog.write(0x08, 4, 0)
    clock.advance(0.4)
    dog.expire(clock.monotonic())
    assert dog.deadline == pytest.approx(0.9)
    clock.advance(0.2)
    with pytest.raises(CoreStopped, match="not fed for 500 ms") as stopped:
        dog.expire(clock.monotonic())
    assert stopped.value.cause is CrashCause.WATCHDOG


def test_the_watchdog_can_be_stopped_and_its_period_has_limits() -> None:
    dog = Watchdog(lambda: 10.0)
    dog.write(0x04, 4, 0)
    assert dog.read(0x04, 4) == 1
    dog.write(0x04, 4, 0xFFFFFFFF)
    assert dog.read(0x04, 4) == 0xFFFFFF
    dog.write(0x00, 4, 1)
    assert dog.read(0x00, 4) == 1
    dog.write(0x00, 4, 0)
    assert dog.deadline is None
    assert dog.read(0x0C, 4) == 0


def test_the_timer_counts_microseconds_and_its_halves_belong_together() -> None:
    clock = ManualClock(start=100.0)
    timer = Timer(clock.monotonic, lambda: None)
    clock.advance(4294.967296 * 2 + 0.000005)
    assert timer.read(0x00, 4) in {4, 5}
    clock.advance(5000)
    assert timer.read(0x04, 4) == 2


def test_the_alarm_goes_off_once() -> None:
    clock = ManualClock()
    line = Line()
    timer = Timer(clock.monotonic, line)
    timer.write(0x08, 4, 250_000)
    assert timer.deadline == pytest.approx(0.25)
    timer.expire(0.2)
    assert line.raised == 0
    timer.expire(0.25)
    timer.expire(0.5)
    assert line.raised == 1
    timer.write(0x08, 4, 1000)
    timer.write(0x08, 4, 0)
    assert timer.deadline is None


def test_the_abort_device_stops_the_core_with_its_code() -> None:
    device = AbortDevice()
    assert device.read(0, 4) == 0
    with pytest.raises(CoreStopped, match="code 0xdead"):
        device.write(0, 4, 0xDEAD)


@pytest.mark.parametrize(
    "device",
    [
        Mailbox(lambda: None, lambda _notifyid: None),
        Watchdog(lambda: 0.0),
        Timer(lambda: 0.0, lambda: None),
        AbortDevice(),
    ],
    ids=lambda device: type(device).__name__,
)
def test_a_register_that_is_not_there_is_a_bus_error(device: Device) -> None:
    with pytest.raises(BusError):
        device.read(0x100, 4)
    with pytest.raises(BusError):
        device.write(0x100, 4, 0)
