"""What a debugger and a core tell each other, as values: why it stands still, how it is to go on, what is watched."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import Protocol

from rproc_tui.emulator.machine.faults import Crash, Fault


class Watched(Flag):
    """Which accesses count."""

    READ = auto()
    WRITE = auto()


@dataclass(frozen=True, slots=True)
class Watchpoint:
    """A stretch of memory, and which accesses to it are to stop the core."""

    address: int
    length: int
    watched: Watched


class HaltCause(Enum):
    """Why a core stands still."""

    REQUEST = auto()
    """The debugger wanted it."""
    STEP = auto()
    """The step that was asked for is made."""
    BREAKPOINT = auto()
    WATCHPOINT = auto()
    FAULT = auto()
    """It is at an instruction that faults; its handler has not been entered."""
    END = auto()
    """It would be over now: lockup, watchdog, a request of its own."""


@dataclass(frozen=True, slots=True)
class Halt:
    """A core that stands still."""

    cause: HaltCause
    fault: Fault | None = None
    watchpoint: Watchpoint | None = None
    reason: str = ""
    """Of an END, one sentence without a full stop."""


@dataclass(frozen=True, slots=True)
class Resume:
    """How to go on."""

    step: bool = False
    within: range | None = None
    """Of a step: go on stepping while the program counter is in there."""
    pass_on: bool = False
    """What it stands at takes its course: the fault is handled, the end comes. Else the instruction is tried again."""


class Debugger(Protocol):
    """Who is told, on the core's thread."""

    def halted(self, halt: Halt) -> None:
        """It was running and stands still."""
        ...

    def ended(self, crash: Crash | None) -> None:
        """It is over; None when it was stopped."""
        ...
