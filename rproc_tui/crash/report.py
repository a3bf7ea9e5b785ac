"""A crash, explained: the value that every way of showing it is made from."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.crash.dump import DumpSegment, Layout
from rproc_tui.crash.fault import Fault
from rproc_tui.crash.firmware_match import FirmwareMatch
from rproc_tui.crash.threads import Thread
from rproc_tui.crash.values import Frame, Instruction, Local, Machine, Place, Registers


@dataclass(frozen=True, slots=True)
class ReportedFrame:
    """A frame with its variables."""

    frame: Frame
    variables: tuple[Local, ...] = ()


@dataclass(frozen=True, slots=True)
class DumpFacts:
    """A dump without its bytes."""

    layout: Layout
    size: int
    memory_size: int
    """Bytes of memory that are known."""
    segments: tuple[DumpSegment, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CrashReport:
    """Everything that is known of one crash. All texts are sanitised."""

    processor: str | None
    machine: Machine
    fault: Fault
    frames: tuple[ReportedFrame, ...]
    """The innermost first, as a debugger shows them."""
    at_fault: int | None
    """The frame in which it happened: not that of the handler that noticed. None without frames."""
    registers: tuple[Registers, ...]
    """Every set that was found, the surest first; the first with a program counter is the innermost frame's."""
    thread: Thread | None
    instructions: tuple[Instruction, ...] | None
    """Around the place where it happened; None where no disassembler is installed."""
    dump: DumpFacts
    firmware: FirmwareMatch
    crash_type: str | None
    """The kernel's word: `mmufault`, `watchdog`, `fatal error`, `unknown`."""
    reason: str | None
    """The driver's word."""
    trace: tuple[str, ...]
    """The end of the firmware's log."""
    kernel_lines: tuple[str, ...]
    """The end of the kernel's."""

    @property
    def place(self) -> Place | None:
        """Where it happened: the first place of the frame at fault that has a name, else its address."""
        if self.at_fault is None:
            return None
        beginning = self.frames[self.at_fault :]
        named = (place for one in beginning[:2] for place in one.frame.places if place.function is not None)
        return next(named, beginning[0].frame.place)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes the report less than it could be, the worst first."""
        return (*self.firmware.warnings, *self.dump.problems, *self._doubts())

    def _doubts(self) -> tuple[str, ...]:
        if self.machine is Machine.UNKNOWN:
            return ("nothing says which kind of core it is: registers and stack cannot be read",)
        if not self.frames:
            return ("no registers are known: neither the dump nor the trace tells where the program was",)
        return ()
