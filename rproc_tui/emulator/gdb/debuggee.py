"""What the protocol needs of whatever is debugged, and what it is told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from rproc_tui.emulator.machine.halt import Resume, Watchpoint


@dataclass(frozen=True, slots=True)
class Stopped:
    """It stands still."""

    signal: int
    """As GDB counts them; see `signals`."""
    watchpoint: Watchpoint | None = None
    """That was hit."""
    message: str = ""
    """For the person: one sentence without a full stop, or nothing."""


@dataclass(frozen=True, slots=True)
class Ended:
    """It is no more."""

    signal: int | None
    """None when it was stopped as it should be."""
    message: str = ""


class Debuggee(Protocol):
    """Everything may raise OSError: EFAULT where there is no memory, ESRCH when it is over, ETIMEDOUT and so on."""

    listener: Callable[[Stopped | Ended], None]
    """Is told, on any thread, of every stop behind `attach` that the session brought about or not."""

    def attach(self) -> Stopped | Ended:
        """Halt it."""
        ...

    def registers(self) -> Mapping[str, int]:
        """By name, as the machine names them."""
        ...

    def write_registers(self, values: Mapping[str, int]) -> None:
        """Change some; EPERM for one that cannot be written."""
        ...

    def read_memory(self, address: int, length: int) -> bytes:
        """From one byte on up to `length`, as far as there is memory; EFAULT where there is none."""
        ...

    def write_memory(self, address: int, data: bytes) -> None:
        """All or nothing."""
        ...

    def set_breakpoints(self, addresses: frozenset[int]) -> None:
        """Stop before these and no other instructions."""
        ...

    def set_watchpoints(self, watchpoints: frozenset[Watchpoint]) -> None:
        """Stop at these and no other accesses; EFAULT for one that is not in memory."""
        ...

    def resume(self, resume: Resume) -> None:
        """Go on."""
        ...

    def interrupt(self) -> None:
        """Stop, if it runs; that is told like any stop."""
        ...

    def detach(self) -> None:
        """Go on as if there had never been a debugger."""
        ...
