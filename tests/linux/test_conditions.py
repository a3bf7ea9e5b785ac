from __future__ import annotations

import errno
from dataclasses import replace

import pytest

from rproc_tui.linux.conditions import SILENT_AFTER, CrashLoop, crash_count, crash_loop, notes
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.linux.recognise import recognise
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.outcome import Outcome, Pending, Result, Verb
from rproc_tui.model.processor import Note, Processor, ProcessorKey, State

M4 = Processor(ProcessorKey("board", "/sys/devices/platform/m4"), "remoteproc0", "m4", State.OFFLINE)


def log(*said: tuple[float, str]) -> list[KernelFact]:
    lines = (KernelLine(0, at, 6, f"remoteproc remoteproc0: {text}") for at, text in said)
    return [fact for fact in map(recognise, lines) if fact is not None]


def crash(number: int, at: float, kind: str = "watchdog") -> list[tuple[float, str]]:
    return [(at, f"crash detected in m4: type {kind}"), (at, f"handling crash #{number} in m4"), (at, "recovering m4")]


UP = "remote processor m4 is now up"
FAILED_RECOVERY = log(*crash(1, 5.0), (5.1, "stopped remote processor m4"), (5.2, "request_firmware failed: -2"))


def noted(processor: Processor, said: list[KernelFact] | None = None, now: float = 100.0) -> frozenset[Note]:
    return notes(processor, said or [], now=now)


def test_an_ordinary_processor_has_no_notes() -> None:
    for state in State:
        assert noted(replace(M4, state=state)) == frozenset()


def test_what_nobody_may_write_is_read_only() -> None:
    assert notes(M4, [], now=0.0, read_only=True) == {Note.READ_ONLY}


@pytest.mark.parametrize("failure", ["request_firmware failed: -2", "can't start rproc m4: -110"])
def test_a_recovery_that_failed_leaves_it_stuck(failure: str) -> None:
    assert noted(M4, log(*crash(1, 5.0), (5.1, "stopped remote processor m4"), (5.2, failure))) == {Note.STUCK}


@pytest.mark.parametrize("freed", ["m4 is available", "powering up m4", UP])
def test_what_it_does_afterwards_shows_that_it_is_not_stuck_any_more(freed: str) -> None:
    assert noted(replace(M4, traces=("trace0",)), [*FAILED_RECOVERY, *log((9.0, freed))]) == frozenset()


def test_a_boot_that_failed_is_not_stuck() -> None:
    said = log((1.0, "powering up m4"), (1.1, "request_firmware failed: -2"), (1.2, "Boot failed: -2"))
    assert noted(M4, said) == frozenset()


def test_a_stop_after_a_good_boot_is_not_stuck() -> None:
    assert noted(M4, log((1.0, "powering up m4"), (1.5, UP), (2.0, "stopped remote processor m4"))) == frozenset()


@pytest.mark.parametrize(
    "changes", [{"state": State.RUNNING}, {"pending": Pending(Verb.BOOT, 1.0)}, {"dump": "devcd1"}]
)
def test_a_processor_that_runs_or_is_being_dealt_with_is_not_stuck(changes: dict[str, object]) -> None:
    assert noted(replace(M4, **changes), FAILED_RECOVERY) == frozenset()  # type: ignore[arg-type]


@pytest.mark.parametrize(("since", "stuck"), [(None, True), (89.0, True), (95.0, False)])
def test_without_a_log_traces_that_outlive_a_stop_tell_that_it_is_stuck(since: float | None, *, stuck: bool) -> None:
    assert (Note.STUCK in noted(replace(M4, traces=("trace0",), since=since))) is stuck


@pytest.mark.parametrize("verb", [Verb.BOOT, Verb.RECOVER])
def test_a_success_that_left_it_offline_tells_that_it_is_stuck(verb: Verb) -> None:
    outcome = Outcome(verb, Result.FAILED, "the kernel says yes and it stays offline", 1.0)
    assert noted(replace(M4, outcome=outcome)) == {Note.STUCK}
    assert noted(replace(M4, outcome=replace(outcome, errno=2))) == frozenset()
    assert noted(replace(M4, outcome=replace(outcome, result=Result.DONE))) == frozenset()
    assert noted(replace(M4, outcome=replace(outcome, verb=Verb.STOP))) == frozenset()


def test_a_driver_that_refuses_a_command_which_its_file_allows_wants_none() -> None:
    outcome = Outcome(Verb.STOP, Result.FAILED, "not permitted", 1.0, errno=errno.EPERM)
    assert noted(replace(M4, outcome=outcome)) == {Note.READ_ONLY}
    assert noted(replace(M4, outcome=replace(outcome, errno=errno.EACCES))) == frozenset()
    assert noted(replace(M4, outcome=replace(outcome, verb=Verb.CRASH))) == frozenset()


def test_more_than_one_power_reference_holds_it() -> None:
    running = replace(M4, state=State.RUNNING)
    assert noted(replace(running, power=2)) == {Note.HELD}
    assert noted(replace(running, power=1)) == frozenset()
    assert noted(replace(M4, power=2)) == frozenset()


def test_a_stop_that_succeeded_and_did_not_stop_tells_that_it_is_held() -> None:
    stopped = Outcome(Verb.STOP, Result.FAILED, "still running", 1.0)
    running = replace(M4, state=State.RUNNING)
    assert noted(replace(running, outcome=stopped)) == {Note.HELD}
    assert noted(replace(running, outcome=replace(stopped, errno=22))) == frozenset()
    assert noted(replace(running, outcome=replace(stopped, verb=Verb.BOOT))) == frozenset()
    assert noted(replace(running, outcome=replace(stopped, result=Result.REFUSED))) == frozenset()


@pytest.mark.parametrize(
    ("moved", "since", "silent"),
    [(70.0, None, True), (70.1, None, False), (None, 70.0, True), (None, None, False), (90.0, 1.0, False)],
)
def test_a_trace_that_has_not_moved_for_long_is_silent(
    moved: float | None, since: float | None, *, silent: bool
) -> None:
    running = replace(M4, state=State.RUNNING, traces=("trace0",), trace_moved=moved, since=since)
    assert (Note.SILENT in noted(running, now=70.0 + SILENT_AFTER)) is silent


def test_only_what_runs_and_has_a_trace_can_be_silent() -> None:
    assert noted(replace(M4, state=State.RUNNING, trace_moved=0.0)) == frozenset()
    assert noted(replace(M4, state=State.CRASHED, traces=("trace0",), trace_moved=0.0)) == frozenset()


WATCHDOG = log(*crash(7, 40.0), *crash(8, 80.1), *crash(9, 120.2))


def test_crashes_that_come_like_a_clock_are_a_loop_with_its_period() -> None:
    loop = crash_loop(WATCHDOG)
    assert loop is not None
    assert loop.period == pytest.approx(40.1)
    assert replace(loop, period=40.0) == CrashLoop(3, 40.0, regular=True, type="watchdog")
    assert noted(replace(M4, state=State.RUNNING), WATCHDOG) == {Note.CRASH_LOOP}


def test_crashes_that_come_now_and_then_are_a_loop_without_a_clock() -> None:
    loop = crash_loop(log(*crash(1, 10.0), *crash(2, 40.0), *crash(3, 400.0, "fatal error")))
    assert loop == CrashLoop(3, 195.0, regular=False, type="fatal error")


def test_two_crashes_are_no_loop() -> None:
    assert crash_loop(log(*crash(1, 10.0), *crash(2, 40.0))) is None
    assert crash_loop([]) is None


def test_a_loop_is_over_when_no_crash_has_come_for_long() -> None:
    assert crash_loop(WATCHDOG, uptime=121.0) is not None
    assert crash_loop(WATCHDOG, uptime=200.0) is not None
    assert crash_loop(WATCHDOG, uptime=201.0) is None


def test_crashes_from_before_its_driver_was_bound_anew_are_over() -> None:
    bound = (90.0, "vr-m4 is available")
    before = (*crash(1, 10.0), *crash(2, 40.0), *crash(3, 70.0))
    assert crash_loop(log(*before, bound, *crash(1, 100.0)), uptime=101.0) is None
    assert crash_loop(log(bound, *before), uptime=71.0) is not None


def test_a_log_without_times_makes_no_loop() -> None:
    assert crash_loop(log(*crash(496, 0.0), *crash(497, 0.0), *crash(498, 0.0))) is None


def test_crashes_of_long_ago_do_not_belong_to_a_loop() -> None:
    assert crash_loop(log(*crash(1, 10.0), *crash(2, 900.0), *crash(3, 910.0))) is None


def test_times_that_go_back_belong_to_another_boot() -> None:
    assert crash_loop(log(*crash(1, 10.0), *crash(2, 20.0), *crash(1, 5.0))) is None


def test_crashes_are_counted_as_the_kernel_numbers_them() -> None:
    assert crash_count([]) == 0
    assert crash_count(WATCHDOG) == 9
    assert crash_count([*WATCHDOG, *log((200.0, "m4 is available"))]) == 0
    assert [fact.kind for fact in WATCHDOG[:2]] == [Kind.CRASH_DETECTED, Kind.CRASH_HANDLED]
