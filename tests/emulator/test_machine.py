"""A core on its thread: messages, time, sleeping, stopping, crashing."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time

import pytest

from rproc_tui.clock import ManualClock
from rproc_tui.emulator.machine.devices.mailbox import CAPACITY
from rproc_tui.emulator.machine.faults import CrashCause, FaultKind
from tests.emulator import thumb
from tests.emulator.bench import ABORT, MAILBOX, PATIENCE, WATCHDOG, Bench
from tests.emulator.rig import DATA, Rig
from tests.emulator.thumb import BX_LR, WFI, YIELD, cmp_registers, ldrw, movs, strw, udf

ISER = 0xE000E100


def echo_program(bench: Bench) -> None:
    """Sends every word of its mailbox back."""
    program = bench.program.label("start").store_word(ISER, 1).store_word(MAILBOX + 4, 0xB007)
    program.label("loop").emit(WFI).branch("loop")
    program.label("mail").load(7, MAILBOX).load(5, 0xFFFFFFFF).label("next").emit(ldrw(6, 7, 8), cmp_registers(6, 5))
    program.branch_if(thumb.EQ, "done").emit(strw(6, 7, 4)).branch("next").label("done").emit(BX_LR)
    program.vector(16, "mail")


def spinning_program(bench: Bench) -> None:
    bench.program.label("start").store_word(MAILBOX + 4, 1).load(7, DATA).emit(movs(6, 0))
    bench.program.label("loop").emit(strw(6, 7), thumb.adds(6, 1)).branch("loop")


def test_words_travel_both_ways() -> None:
    with Bench() as bench:
        echo_program(bench)
        bench.start().wait(lambda: bench.words == [0xB007])
        for word in (5, 6, 0x102):
            assert bench.machine.post(word)
        bench.wait(lambda: bench.words == [0xB007, 5, 6, 0x102])


def test_a_mailbox_that_nobody_empties_gets_full() -> None:
    with Bench() as bench:
        bench.program.label("start").store_word(MAILBOX + 4, 1).label("loop").emit(WFI).branch("loop")
        bench.start().wait(lambda: bench.words == [1])
        taken = sum(bench.machine.post(word) for word in range(3 * CAPACITY))
        assert taken == CAPACITY


def test_the_same_kick_waits_only_once() -> None:
    bench = Bench()
    for _ in range(3 * CAPACITY):
        assert bench.machine.post(1, once=True)
    assert bench.machine.post(2)


def test_an_idle_core_executes_nothing_and_takes_no_time() -> None:
    with Bench() as bench:
        bench.program.label("start").store_word(MAILBOX + 4, 1).label("loop").emit(WFI).branch("loop")
        bench.start().wait(lambda: bench.words == [1] and bench.activities > 0)
        before, cpu = bench.activities, time.process_time()
        with bench._news:
            bench._news.wait(0.2)
        assert bench.activities == before
        assert time.process_time() - cpu < 0.05


def test_a_tick_on_a_clock_that_is_moved_by_hand_happens_when_it_is_moved() -> None:
    clock = ManualClock()
    with Bench(now=clock.monotonic) as bench:
        program = bench.program.label("start").store_word(0xE000E014, 99_999).store_word(0xE000E010, 7)
        program.store_word(MAILBOX + 4, 1).label("loop").emit(WFI).branch("loop")
        program.label("tick").store_word(MAILBOX + 4, 2).emit(BX_LR).vector(15, "tick")
        bench.start().wait(lambda: bench.words == [1])
        for expected in (2, 3):
            clock.advance(0.1)
            bench.machine.wake()
            bench.wait(lambda expected=expected: len(bench.words) == expected)  # type: ignore[misc]
        assert bench.words == [1, 2, 2]


def test_a_spinning_core_stops_soon_and_without_harm() -> None:
    with Bench() as bench:
        spinning_program(bench)
        bench.start().wait(lambda: bench.words == [1])
        begun = time.monotonic()
        bench.machine.stop()
        assert time.monotonic() - begun < 1.0
        assert not bench.machine.is_alive
        assert bench.crashes == []


def test_a_spinning_core_can_be_asked_for_its_registers_while_it_spins() -> None:
    with Bench() as bench:
        spinning_program(bench)
        bench.start().wait(lambda: bench.words == [1])
        first = bench.machine.registers()["r6"]
        bench.wait(lambda: bench.activities >= 3)
        assert bench.machine.registers()["r6"] > first
        assert bench.machine.registers()["r7"] == DATA


def test_a_busy_core_announces_itself_at_a_moderate_rate() -> None:
    with Bench() as bench:
        spinning_program(bench)
        bench.start().wait(lambda: bench.words == [1])
        before, begun = bench.activities, time.monotonic()
        bench.wait(lambda: bench.activities >= before + 5)
        assert time.monotonic() - begun >= 0.03


def test_a_core_that_polls_with_yield_sees_what_the_host_writes() -> None:
    with Bench() as bench:
        program = bench.program.label("start").load(7, DATA).label("loop").emit(YIELD, ldrw(0, 7), thumb.cmp(0, 0))
        program.branch_if(thumb.EQ, "loop").store_word(MAILBOX + 4, 9).label("end").emit(WFI).branch("end")
        bench.start()
        bench.rig.data.view[:4] = b"\1\0\0\0"
        bench.wait(lambda: bench.words == [9])


def test_the_registers_of_a_stopped_core_stay() -> None:
    with Bench() as bench:
        bench.program.label("start").load(5, 0x12345678).store_word(MAILBOX + 4, 1).label("end").emit(WFI).branch("end")
        bench.start().wait(lambda: bench.words == [1])
    assert bench.machine.registers()["r5"] == 0x12345678


def test_a_crash_is_told_once_with_the_registers_at_the_fault() -> None:
    with Bench() as bench:
        program = bench.program.label("start").load(5, 0xFA017).emit(movs(1, 0), strw(1, 1))
        program.label("hard").load(5, 0).store_word(ABORT, 0xBAD).vector(3, "hard")
        bench.start().wait(lambda: bool(bench.crashes))
        (crash,) = bench.crashes
        assert crash.cause is CrashCause.UNMAPPED_ACCESS
        assert crash.fault is not None
        assert crash.fault.kind is FaultKind.WRITE
        assert crash.registers["r5"] == 0xFA017
        assert crash.registers["cfsr"] == 1 << 9 | 1 << 15
        assert crash.reason == (
            f"write to unmapped memory at 0x00000000, pc {crash.fault.pc:#010x}; the firmware aborted with code 0xbad"
        )
        assert bench.machine.registers() == dict(crash.registers)


def test_the_registers_of_an_abort_are_at_the_store_that_made_it() -> None:
    with Bench() as bench:
        bench.program.label("start").emit(movs(1, 0), movs(2, 0)).store_word(ABORT, 0xBAD).label("loop").branch("loop")
        bench.start().wait(lambda: bool(bench.crashes))
        pc = bench.crashes[0].registers["pc"]
        halfword = bench.rig.memory.load(pc, 2)
        assert halfword is not None
        assert halfword & 0xF800 == strw(0, 0) & 0xF800
        assert bench.machine.registers()["pc"] == pc


@pytest.mark.parametrize(
    ("way", "cause"),
    [("abort", CrashCause.FATAL), ("undefined", CrashCause.FATAL), ("watchdog", CrashCause.WATCHDOG)],
)
def test_crashes_have_a_cause(way: str, cause: CrashCause) -> None:
    clock = ManualClock()
    with Bench(now=clock.monotonic) as bench:
        program = bench.program.label("start").store_word(WATCHDOG, 1).store_word(MAILBOX + 4, 1)
        if way == "abort":
            program.store_word(ABORT, 1)
        elif way == "undefined":
            program.emit(udf())
        program.label("loop").emit(WFI).branch("loop")
        bench.start().wait(lambda: bench.words == [1])
        clock.advance(1.5)
        bench.machine.wake()
        bench.wait(lambda: bool(bench.crashes))
        assert bench.crashes[0].cause is cause


def test_the_watchdog_bites_a_core_that_spins() -> None:
    with Bench() as bench:
        bench.program.label("start").store_word(WATCHDOG + 4, 30).store_word(WATCHDOG, 1).label("loop").branch("loop")
        bench.start().wait(lambda: bool(bench.crashes))
        assert bench.crashes[0].cause is CrashCause.WATCHDOG


def test_a_core_with_no_firmware_crashes_at_once() -> None:
    with Bench() as bench:
        bench.machine.start()
        bench.wait(lambda: bool(bench.crashes))
        assert bench.crashes[0].reason == "the vector table at 0x10000000 is empty"


def test_a_listener_that_fails_is_a_crash_and_no_hanging_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    with Bench() as bench:
        bench.program.label("start").store_word(MAILBOX + 4, 1).label("loop").emit(WFI).branch("loop")

        def fail(_word: int) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(bench, "_sent", fail)
        object.__setattr__(bench.machine._listeners, "word", fail)
        bench.start().wait(lambda: bool(bench.crashes))
        assert bench.crashes[0].reason == "the emulator failed: ZeroDivisionError: "


def test_it_can_be_stopped_on_its_own_thread_and_more_than_once() -> None:
    with Bench() as bench:
        echo_program(bench)
        object.__setattr__(bench.machine._listeners, "word", lambda _word: bench.machine.stop())
        bench.start()
        bench.machine._thread.join(5)
        assert not bench.machine.is_alive
        bench.machine.stop()


def test_a_core_that_is_held_up_in_the_host_does_not_hold_up_who_stops_it_for_ever() -> None:
    entered, release = threading.Event(), threading.Event()

    def hold_up(_word: int) -> None:
        entered.set()
        release.wait(PATIENCE)

    with Bench() as bench:
        echo_program(bench)
        object.__setattr__(bench.machine._listeners, "word", hold_up)
        bench.start()
        assert entered.wait(PATIENCE)
        with pytest.raises(TimeoutError, match="emulated test does not stop"):
            bench.machine.stop(timeout=0.05)
        release.set()


def test_a_machine_that_was_never_started_can_be_stopped() -> None:
    Bench().machine.stop()


def test_the_next_start_sees_the_code_that_was_loaded_meanwhile() -> None:
    words = []
    rig = None
    for value in (1, 2):
        with Bench() as bench:
            if rig is not None:
                assert rig.code is not bench.rig.code
            rig = bench.rig
            bench.program.label("start").store_word(MAILBOX + 4, value).label("loop").emit(WFI).branch("loop")
            bench.start().wait(lambda bench=bench: bool(bench.words))  # type: ignore[misc]
            words += bench.words
    assert words == [1, 2]


def test_the_interpreter_ends_in_peace_while_cores_run() -> None:
    program = textwrap.dedent(
        """
        from tests.emulator.bench import Bench
        from tests.emulator.test_machine import spinning_program
        benches = [Bench() for _ in range(3)]
        for bench in benches:
            spinning_program(bench)
            bench.start().wait(lambda: bench.words == [1])
        print("running")
        """
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "running\n", "")


def test_a_core_wakes_for_an_interrupt_between_looking_and_sleeping() -> None:
    """The loop of every firmware: masked look, wait, unmask. Nothing that arrives meanwhile is slept through."""
    with Bench() as bench:
        program = bench.program.label("start").store_word(ISER, 1).label("loop").emit(thumb.CPSID_I, WFI, thumb.CPSIE_I)
        program.emit(thumb.NOP).branch("loop")
        program.label("mail").load(7, MAILBOX).emit(ldrw(6, 7, 8), strw(6, 7, 4), BX_LR).vector(16, "mail")
        bench.start()
        for word in range(200):
            assert bench.machine.post(word)
            bench.wait(lambda word=word: len(bench.words) == word + 1)  # type: ignore[misc]
        assert bench.words == list(range(200))


def test_the_rig_of_these_tests_has_the_memory_that_it_says() -> None:
    assert Rig().memory.load(DATA, 4) == 0
