"""What can go wrong on an emulated core, as values: the fault, the crash that follows, the registers at the fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum


class FaultKind(StrEnum):
    """What an instruction did wrong; each reads as the start of a sentence with `at address`."""

    READ = "read of unmapped memory"
    WRITE = "write to unmapped memory"
    FETCH = "fetch from unmapped memory"
    READ_REFUSED = "read of protected memory"
    WRITE_REFUSED = "write to protected memory"
    FETCH_REFUSED = "fetch from memory without execute permission"
    UNDEFINED = "undefined instruction"
    WRONG_STATE = "branch to an even address"
    WRONG_RETURN = "exception return that fails its integrity check"
    NO_COPROCESSOR = "use of a coprocessor that the core lacks"
    UNALIGNED = "unaligned access"
    STACK_LIMIT = "push below the stack limit"
    DIVIDED_BY_ZERO = "division by zero"
    BREAKPOINT = "breakpoint without a debugger"
    MASKED_CALL = "supervisor call that its priority forbids"
    STACKING = "exception frame that cannot be pushed"
    UNSTACKING = "exception frame that cannot be popped"
    VECTOR = "exception vector that cannot be read"

    @property
    def is_unmapped(self) -> bool:
        """Nothing is at the address: what an IOMMU would report."""
        return self in {FaultKind.READ, FaultKind.WRITE, FaultKind.FETCH, FaultKind.STACKING, FaultKind.UNSTACKING}


@dataclass(frozen=True, slots=True)
class Fault:
    """One faulting instruction."""

    kind: FaultKind
    pc: int
    """Of the instruction; of the target for a fetch."""
    address: int | None = None
    """That was accessed."""

    def __str__(self) -> str:
        """`write to unmapped memory at 0x00000000, pc 0x10000310`."""
        place = "" if self.address is None else f" at {self.address:#010x}"
        return f"{self.kind}{place}, pc {self.pc:#010x}"


class CrashCause(Enum):
    """Which kind of crash the framework is told about."""

    UNMAPPED_ACCESS = "mmufault"
    WATCHDOG = "watchdog"
    FATAL = "fatal error"


@dataclass(frozen=True, slots=True)
class Crash:
    """The end of a core, until its next start."""

    cause: CrashCause
    reason: str
    """One sentence without a full stop."""
    fault: Fault | None
    """The first fault, where there was one."""
    registers: Mapping[str, int]
    """As they were at the first fault; at the end where there was none."""


class CoreStopped(Exception):
    """The core cannot go on; raised on its own thread by whatever part finds out."""

    def __init__(self, reason: str, cause: CrashCause = CrashCause.FATAL) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cause = cause
        self.pc: int | None = None
        """The instruction that ended it, where one did."""


class Trapped(Exception):
    """A debugger keeps the core at an instruction that faults."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class BusError(Exception):
    """A device has no register at the address that was accessed."""
