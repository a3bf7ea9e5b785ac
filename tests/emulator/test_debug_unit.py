"""What a debugger makes a core do, and what it costs nobody who has none."""

from __future__ import annotations

import pytest

from rproc_tui.clock import ManualClock
from rproc_tui.emulator.machine.faults import FaultKind
from rproc_tui.emulator.machine.halt import HaltCause, Watched, Watchpoint
from tests.emulator import thumb
from tests.emulator.bench import ABORT, MAILBOX, WATCHDOG, Bench
from tests.emulator.debugged import Debugged
from tests.emulator.rig import DATA
from tests.emulator.test_machine import spinning_program
from tests.emulator.thumb import BKPT, BX_LR, NOP, WFI, adds, ldrw, movs, strw, udf

ISER = 0xE000E100


def held(bench: Bench) -> Debugged:
    debugged = Debugged(bench)
    bench.start()
    return debugged


def test_a_core_that_is_held_has_not_executed_anything() -> None:
    with Bench() as bench:
        spinning_program(bench)
        debugged = held(bench)
        assert debugged.pc == bench.program.address("start")
        assert bench.words == []


def test_a_step_is_one_instruction() -> None:
    with Bench() as bench:
        bench.program.label("start").emit(movs(0, 1), adds(0, 2), *thumb.DSB, adds(0, 4))
        debugged = held(bench)
        start = bench.program.address("start")
        assert [debugged.step() - start for _ in range(4)] == [2, 4, 8, 10]
        assert debugged.registers["r0"] == 7


def test_each_instruction_of_a_conditional_block_is_a_step() -> None:
    ite_eq, moveq, movne = 0xBF0C, movs(1, 1), movs(1, 2)
    with Bench() as bench:
        bench.program.label("start").emit(movs(0, 5), thumb.cmp(0, 5), ite_eq, moveq, movne, NOP)
        debugged = held(bench)
        start = bench.program.address("start")
        assert [debugged.step() - start for _ in range(6)] == [2, 4, 6, 8, 10, 12]
        assert debugged.registers["r1"] == 1


def test_stepping_over_a_range_ends_behind_it() -> None:
    with Bench() as bench:
        bench.program.label("start").emit(movs(0, 3)).label("loop").emit(thumb.subs(0, 1))
        bench.program.branch_if(thumb.NE, "loop").label("behind").emit(NOP)
        debugged = held(bench)
        debugged.go(step=True, within=range(bench.program.address("start"), bench.program.address("behind")))
        assert (debugged.pc, debugged.registers["r0"]) == (bench.program.address("behind"), 0)


def test_a_breakpoint_in_a_range_ends_the_step() -> None:
    with Bench() as bench:
        bench.program.label("start").emit(NOP, NOP).label("there").emit(NOP, NOP)
        debugged = held(bench)
        start, there = bench.program.address("start"), bench.program.address("there")
        debugged.break_at(start, there)
        assert debugged.go(step=True, within=range(start, there + 4)).cause is HaltCause.BREAKPOINT
        assert debugged.pc == there


def test_a_breakpoint_stops_in_front_of_its_instruction_each_time() -> None:
    with Bench() as bench:
        spinning_program(bench)
        debugged = held(bench)
        loop = bench.program.address("loop")
        debugged.break_at(loop)
        counts = []
        for _ in range(3):
            assert debugged.go().cause is HaltCause.BREAKPOINT
            counts.append(debugged.registers["r6"])
            assert debugged.step() != loop
        assert counts == [0, 1, 2]


def test_a_breakpoint_in_a_handler_stops_before_its_first_instruction() -> None:
    with Bench() as bench:
        bench.program.label("start").store_word(ISER, 1).store_word(MAILBOX + 4, 1)
        bench.program.label("idle").emit(WFI).branch("idle")
        bench.program.label("mail").emit(NOP, BX_LR).vector(16, "mail")
        debugged = held(bench)
        debugged.break_at(bench.program.address("mail"))
        debugged.resume()
        bench.wait(lambda: bench.words == [1])
        bench.machine.post(7)
        bench.wait(lambda: bool(debugged.halts))
        assert debugged.pc == bench.program.address("mail")
        assert debugged.registers["xpsr"] & 0x1FF == 16


def test_a_step_that_returns_from_an_exception_ends_where_it_was_taken() -> None:
    with Bench() as bench:
        bench.program.label("start").emit(thumb.svc(1)).label("after").emit(NOP).branch("after")
        bench.program.label("call").emit(BX_LR).vector(11, "call")
        debugged = held(bench)
        assert debugged.step() == bench.program.address("call")
        assert debugged.step() == bench.program.address("after")


def test_a_step_does_not_wait_and_takes_no_interrupt() -> None:
    with Bench() as bench:
        bench.program.label("start").store_word(ISER, 1).label("wait").emit(WFI).label("after").emit(NOP, NOP)
        bench.program.branch("wait").label("mail").emit(BX_LR).vector(16, "mail")
        debugged = held(bench)
        debugged.run_to(bench.program.address("wait"))
        assert debugged.step() == bench.program.address("after")
        bench.machine.post(7)
        assert debugged.step() == bench.program.address("after") + 2


def test_a_core_that_waits_goes_on_waiting_when_it_is_let_go_on() -> None:
    with Bench() as bench:
        bench.program.label("start").store_word(MAILBOX + 4, 1).emit(WFI).store_word(MAILBOX + 4, 2).label(
            "end"
        ).branch("end")
        bench.start().wait(lambda: bench.words == [1])
        debugged = Debugged(bench)
        debugged.resume()
        debugged.halt()
        assert bench.words == [1]
        debugged.step()
        debugged.resume()
        bench.wait(lambda: bench.words == [1, 2])


FAULTS = [
    (FaultKind.UNDEFINED, (udf(1),)),
    (FaultKind.WRITE, (movs(0, 0), strw(0, 0))),
    (FaultKind.READ, (movs(0, 0), ldrw(0, 0))),
]


@pytest.mark.parametrize(("kind", "code"), FAULTS)
def test_a_fault_is_kept_then_passed_on(kind: FaultKind, code: tuple[int, ...]) -> None:
    with Bench() as bench:
        bench.program.label("start").emit(*code).label("dead").branch("dead")
        bench.program.label("fault").emit(movs(3, 9)).store_word(ABORT, 1).vector(3, "fault")
        debugged = held(bench)
        at = bench.program.address("start") + 2 * (len(code) - 1)
        halt = debugged.go()
        assert (halt.cause, debugged.pc) == (HaltCause.FAULT, at)
        assert halt.fault is not None
        assert (halt.fault.kind, halt.fault.pc) == (kind, at)
        assert debugged.go().fault == halt.fault  # as it is, it faults again
        debugged.go(step=True, pass_on=True)
        assert debugged.pc == bench.program.address("fault")
        assert debugged.go().cause is HaltCause.END
        assert bench.crashes == []
        debugged.resume(pass_on=True)
        bench.wait(lambda: bool(bench.crashes))
        assert debugged.ends == bench.crashes
        assert bench.crashes[0].fault == halt.fault


def test_a_fault_whose_cause_was_mended_is_none() -> None:
    with Bench() as bench:
        bench.program.label("start").emit(movs(0, 0), strw(0, 0)).store_word(MAILBOX + 4, 5).label("end").branch("end")
        debugged = held(bench)
        assert debugged.go().cause is HaltCause.FAULT
        debugged.write("r0", DATA)
        debugged.resume()
        bench.wait(lambda: bench.words == [5])


def test_an_end_can_be_avoided() -> None:
    with Bench() as bench:
        bench.program.label("start").store_word(ABORT, 1).store_word(MAILBOX + 4, 5).label("end").branch("end")
        debugged = held(bench)
        halt = debugged.go()
        assert (halt.cause, "aborted" in halt.reason) == (HaltCause.END, True)
        assert debugged.go() == halt  # as it is, it comes again
        debugged.write("pc", debugged.pc + 2)
        debugged.resume()
        bench.wait(lambda: bench.words == [5])


def test_a_lockup_is_kept() -> None:
    with Bench() as bench:
        bench.program.label("start").emit(udf(1)).label("fault").emit(udf(2)).vector(3, "fault")
        debugged = held(bench)
        debugged.go()
        assert debugged.go(pass_on=True).cause is HaltCause.FAULT
        assert debugged.go(pass_on=True).reason.startswith("lockup")
        debugged.resume(pass_on=True)
        bench.wait(lambda: bool(debugged.ends))


def test_a_breakpoint_instruction_of_the_firmware_is_stopped_at_and_passed() -> None:
    with Bench() as bench:
        bench.program.label("start").emit(BKPT, movs(0, 1)).store_word(MAILBOX + 4, 5).label("end").branch("end")
        debugged = held(bench)
        halt = debugged.go()
        assert halt.fault is not None
        assert (halt.fault.kind, debugged.pc) == (FaultKind.BREAKPOINT, bench.program.address("start"))
        debugged.resume()
        bench.wait(lambda: bench.words == [5])


@pytest.mark.parametrize(
    ("watched", "at"), [(Watched.WRITE, "store"), (Watched.READ, "load"), (Watched.READ | Watched.WRITE, "store")]
)
def test_a_watched_access_is_stopped_at_before_it_is_made(watched: Watched, at: str) -> None:
    with Bench() as bench:
        bench.program.label("start").load(7, DATA).emit(movs(6, 9), movs(5, 1))
        bench.program.label("store").emit(strw(6, 7)).label("load").emit(ldrw(5, 7)).label("end").branch("end")
        debugged = held(bench)
        debugged.watch(Watchpoint(DATA, 4, watched))
        halt = debugged.go()
        assert (halt.cause, halt.watchpoint) == (HaltCause.WATCHPOINT, Watchpoint(DATA, 4, watched))
        assert debugged.pc == bench.program.address(at)
        assert (bench.rig.word(DATA), debugged.registers["r5"]) == ((0, 1) if at == "store" else (9, 1))


def test_accesses_beside_a_watchpoint_do_not_count() -> None:
    with Bench() as bench:
        spinning_program(bench)
        debugged = held(bench)
        debugged.watch(Watchpoint(DATA + 4, 4, Watched.WRITE))
        debugged.resume()
        bench.wait(lambda: bench.words == [1])
        debugged.halt()
        assert debugged.halts[-1].cause is HaltCause.REQUEST


def test_no_time_passes_for_a_core_that_stands_still() -> None:
    clock = ManualClock()
    with Bench(now=clock.monotonic) as bench:
        bench.program.label("start").store_word(WATCHDOG + 4, 50).store_word(WATCHDOG, 1).store_word(MAILBOX + 4, 1)
        bench.program.label("loop").branch("loop")
        bench.start().wait(lambda: bench.words == [1])
        debugged = Debugged(bench)
        debugged.step()
        clock.advance(100)
        debugged.step()
        debugged.resume()
        debugged.halt()
        assert [halt.cause for halt in debugged.halts[-2:]] == [HaltCause.STEP, HaltCause.REQUEST]
        debugged.resume()
        clock.advance(1)
        bench.wait(lambda: debugged.halts[-1].cause is HaltCause.END)
        assert "watchdog" in debugged.halts[-1].reason


def test_a_core_that_stands_still_can_be_stopped() -> None:
    with Bench() as bench:
        spinning_program(bench)
        debugged = held(bench)
        bench.machine.stop()
        assert debugged.ends == [None]
        with pytest.raises(OSError, match="over"):
            debugged.halt()


def test_a_core_that_is_let_go_runs_without_anything_of_the_debugger() -> None:
    with Bench() as bench:
        spinning_program(bench)
        debugged = held(bench)
        debugged.break_at(bench.program.address("loop"))
        debugged.watch(Watchpoint(DATA, 4, Watched.WRITE))
        bench.machine.let_go()
        bench.wait(lambda: bench.words == [1])
        assert (bench.rig.cpu.engine.breakpoints, bench.rig.cpu.fault_trap) == (frozenset(), None)
        assert debugged.halts == []


def test_a_core_that_is_let_go_at_a_fault_crashes_as_it_would_have() -> None:
    with Bench() as bench:
        bench.program.label("start").emit(udf(1))
        debugged = held(bench)
        debugged.go()
        bench.machine.let_go()
        bench.wait(lambda: bool(bench.crashes))
        assert "no HardFault handler" in bench.crashes[0].reason
        assert debugged.ends == []


def test_a_core_that_is_let_go_at_its_end_ends() -> None:
    with Bench() as bench:
        bench.program.label("start").store_word(ABORT, 1).label("end").branch("end")
        debugged = held(bench)
        debugged.go()
        bench.machine.let_go()
        bench.wait(lambda: bool(bench.crashes))


def test_registers_can_be_written_but_not_the_exception_number() -> None:
    with Bench() as bench:
        spinning_program(bench)
        debugged = held(bench)
        written = {"r5": 0x1234, "pc": 0x10000123, "xpsr": 0x61000003, "s31": 7, "primask": 1}
        for name, value in written.items():
            debugged.write(name, value)
        found = {name: debugged.registers[name] for name in written}
        assert found == written | {"pc": 0x10000122, "xpsr": 0x61000000}
        with pytest.raises(KeyError):
            debugged.write("cfsr", 1)


def test_a_core_without_a_debugger_dies_as_before() -> None:
    with Bench() as bench:
        bench.program.label("start").emit(BKPT)
        bench.start().wait(lambda: bool(bench.crashes))
        assert bench.crashes[0].fault is not None
        assert bench.crashes[0].fault.kind is FaultKind.BREAKPOINT
