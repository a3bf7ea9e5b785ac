"""One start of one processor: the thread that gives a core its slices, its time and its messages.

Everything of the core happens on that thread. From outside come only words for the mailbox and questions, which are put
in a queue; memory is shared anyway.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from rproc_tui.emulator.machine import lifetime
from rproc_tui.emulator.machine.cpu import Cpu, Pause, Timed
from rproc_tui.emulator.machine.debug_unit import DebugUnit
from rproc_tui.emulator.machine.devices.mailbox import CAPACITY, Mailbox
from rproc_tui.emulator.machine.faults import CoreStopped, Crash, CrashCause
from rproc_tui.emulator.machine.halt import Debugger
from rproc_tui.emulator.machine.timeline import Timeline

Answer = TypeVar("Answer")

STOP_TIMEOUT = 5.0
"""Seconds that a core gets to end its slice and whatever it has called in the host."""
_BUSY_NEWS = 0.010
"""Seconds between two announcements of a core that does not pause."""
_YIELD = 0.001
"""Seconds that a core sleeps when it executes YIELD: it polls something that another one changes."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told what, on the core's thread."""

    kick: Callable[[int], None]
    """The firmware kicked a virtqueue; told in the middle of the instruction, so that an answer is soonest."""
    word: Callable[[int], None]
    """It sent a word."""
    crash: Callable[[Crash], None]
    """It is over."""
    activity: Callable[[], None]
    """Something was executed: memory may have changed."""


class Machine:
    """A core with its devices, from its start to its end; never started twice."""

    def __init__(
        self,
        name: str,
        cpu: Cpu,
        mailbox: Mailbox,
        timed: tuple[Timed, ...],
        timeline: Timeline,
        *,
        listeners: Listeners,
    ) -> None:
        self._cpu: Cpu | None = cpu
        self._debugger: Debugger | None = None
        self._debug: DebugUnit | None = None
        self._mailbox = mailbox
        self._timed = (*cpu.timed, *timed)
        self._timeline = timeline
        self._listeners = listeners
        self._condition = timeline.condition
        self._words: list[int] = []
        self._questions: list[Callable[[], None]] = []
        self._quit = False
        self._waiting = False
        self._unannounced = False
        self._announced_at = timeline.now()
        self._registers: dict[str, int] = {}
        self.crash: Crash | None = None
        """How it ended, if not by being stopped."""
        self._thread = threading.Thread(target=self._run, name=f"emulated {name}", daemon=True)

    # from outside, on any thread

    def start(self) -> None:
        """Begin to execute. Raises CoreStopped when the core cannot even begin."""
        assert self._cpu is not None, "a machine is started once"
        lifetime.stop_before_exit(self)
        self._thread.start()

    def stop(self, timeout: float = STOP_TIMEOUT) -> None:
        """End the thread; TimeoutError when it is held up in the host. May be called again and on the core's thread."""
        with self._condition:
            self._quit = True
            self._condition.notify_all()
        if self._thread is threading.current_thread() or self._thread.ident is None:
            return
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise TimeoutError(f"{self._thread.name} does not stop")

    @property
    def is_alive(self) -> bool:
        """The core executes or waits."""
        return self._thread.is_alive()

    def post(self, word: int, *, once: bool = False) -> bool:
        """Put a word into the mailbox; False when it is full. `once`: not again while it has not been taken."""
        with self._condition:
            if once and word in self._words:
                return True
            if len(self._words) + self._mailbox.waiting >= CAPACITY:
                return False
            self._words.append(word)
            self._condition.notify_all()
        return True

    def wake(self) -> None:
        """Look at the time again: it was moved by hand."""
        with self._condition:
            self._condition.notify_all()

    def registers(self, timeout: float = STOP_TIMEOUT) -> dict[str, int]:
        """Of the running core, read between two slices; of a crashed one, as they were at its first fault."""
        return self._ask(self._present_registers, timeout)

    def debug(self, debugger: Debugger) -> None:
        """Halt the core for a debugger; one that was not started halts before its first instruction. OSError: ESRCH."""
        if self._thread.ident is None:
            self._debugger = debugger
            self._questions.append(lambda: None if self._cpu is None else self._attach(debugger))
        else:
            self._ask(lambda: self._attach(debugger))

    def examine(self, question: Callable[[DebugUnit], Answer]) -> Answer:
        """Have the debugger's question answered between two slices. Raises what it raises; OSError: ESRCH."""
        return self._ask(lambda: question(self._debugged()))

    def let_go(self) -> None:
        """The debugger is gone: go on as if there had never been one."""
        self._ask(self._release)

    # on the core's own thread

    def _run(self) -> None:
        assert self._cpu is not None
        try:
            self._cpu.reset()
            while not self._quit:
                self._take_in()
                if self._debug is None:
                    self._turn(self._cpu)
                else:
                    self._turn_debugged(self._debug)
        except CoreStopped as stopped:
            self._end(self._cpu, stopped)
        except Exception as error:  # noqa: BLE001 (whatever goes wrong in here, the processor has crashed and says so)
            self._end(self._cpu, CoreStopped(f"the emulator failed: {type(error).__name__}: {error}"))
        finally:
            self._close(self._cpu)
        if self.crash is not None:
            self._listeners.crash(self.crash)

    def _turn_debugged(self, debug: DebugUnit) -> None:
        """Once around under a debugger: nothing while it is halted; at its end the debugger is asked first."""
        if debug.is_halted:
            with self._condition:
                if not (self._quit or self._words or self._questions):
                    self._timeline.stand_still()
            return
        self._timeline.go_on()
        try:
            self._turn(debug)
        except CoreStopped as stopped:
            if not debug.keeps(stopped):
                raise

    def _turn(self, cpu: Cpu | DebugUnit) -> None:
        """Once around: time, interrupts, a slice."""
        now = self._timeline.now()
        for timed in self._timed:
            timed.expire(now)
        if self._waiting and not cpu.wakes:
            self._sleep()
            return
        if not self._timeline.may_run:
            self._rest(None)
            return
        self._waiting = False
        cpu.deliver()
        begun = cpu.instructions
        pause = cpu.execute()
        self._timeline.executed(cpu.instructions - begun)
        self._hand_out()
        self._unannounced = True
        if pause is Pause.BUSY:
            if now - self._announced_at >= _BUSY_NEWS:
                self._announce(now)
            return
        if pause is Pause.WAITING:
            self._waiting = True
        else:
            self._sleep(now + _YIELD)

    def _take_in(self) -> None:
        if not self._words and not self._questions:
            return
        with self._condition:
            words, self._words = self._words, []
            questions, self._questions = self._questions, []
        for word in words:
            self._mailbox.post(word)
        for question in questions:
            question()

    def _hand_out(self) -> None:
        for word in self._mailbox.take_sent():
            self._listeners.word(word)

    def _announce(self, now: float) -> None:
        self._announced_at = now
        self._unannounced = False
        self._listeners.activity()

    def _sleep(self, at_most: float | None = None) -> None:
        """Until a message, a deadline or a question. What was executed is announced first."""
        if self._unannounced:
            self._announce(self._timeline.now())
        deadlines = [timed.deadline for timed in self._timed]
        until = min((moment for moment in (*deadlines, at_most) if moment is not None), default=None)
        if until is None or self._timeline.now() < until:
            self._rest(until)

    def _rest(self, until: float | None) -> None:
        with self._condition:
            if not (self._quit or self._words or self._questions):
                self._timeline.wait(until)

    def _end(self, cpu: Cpu, stopped: CoreStopped) -> None:
        self._hand_out()
        last = cpu.registers() | ({} if stopped.pc is None else {"pc": stopped.pc})
        fault, registers = cpu.first_fault or (None, last)
        cause = stopped.cause
        if cause is CrashCause.FATAL and fault is not None and fault.kind.is_unmapped:
            cause = CrashCause.UNMAPPED_ACCESS
        reason = stopped.reason
        if fault is not None and str(fault) not in reason:
            reason = f"{fault}; {reason}"
        self.crash = Crash(cause, reason, fault, registers)

    def _close(self, cpu: Cpu) -> None:
        """Keep what is asked for later, let go of the engine, answer who has asked meanwhile."""
        self._registers = dict(self.crash.registers) if self.crash is not None else cpu.registers()
        with self._condition:
            self._cpu = None
            questions, self._questions = self._questions, []
        cpu.close()
        for question in questions:
            question()
        if self._debugger is not None:
            self._debugger.ended(self.crash)
        if self._unannounced:
            self._announce(self._timeline.now())
        lifetime.has_stopped(self)
        self._timeline.ended()

    def _attach(self, debugger: Debugger) -> None:
        if self._cpu is None:
            raise OSError(errno.ESRCH, "the core is over")
        self._debugger = debugger
        self._debug = DebugUnit(self._cpu, debugger.halted)

    def _debugged(self) -> DebugUnit:
        if self._cpu is None or self._debug is None:
            raise OSError(errno.ESRCH, "the core is over")
        return self._debug

    def _release(self) -> None:
        self._debugger = None
        if self._cpu is None or self._debug is None:
            return
        self._debug.let_go()
        if not self._debug.is_ending:
            self._debug = None
            self._timeline.go_on()

    def _present_registers(self) -> dict[str, int]:
        return self._registers if self._cpu is None else self._cpu.registers()

    def _ask(self, question: Callable[[], Answer], timeout: float = STOP_TIMEOUT) -> Answer:
        answer: Future[Answer] = Future()

        def reply() -> None:
            try:
                answer.set_result(question())
            except Exception as error:  # noqa: BLE001 (it is the asker's, and nothing that the core has done)
                answer.set_exception(error)

        with self._condition:
            if self._cpu is None or self._thread is threading.current_thread():
                return question()
            self._questions.append(reply)
            self._condition.notify_all()
        return answer.result(timeout)
