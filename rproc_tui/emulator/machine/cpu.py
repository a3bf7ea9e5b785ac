"""What a core of any kind offers to the machine that runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

from rproc_tui.emulator.machine.bus import Window
from rproc_tui.emulator.machine.faults import Fault

if TYPE_CHECKING:
    from rproc_tui.emulator.machine.engine import Engine

SLICE = 50_000
"""Instructions a slice: about 0.3 ms, which is how long a kick may wait for a busy core."""


PATIENCE = 2048
"""Instructions that are executed one by one to catch the moment in which interrupts are let in again."""


class Pause(Enum):
    """Why a slice ended."""

    BUSY = auto()
    """There is more to execute."""
    WAITING = auto()
    """The core waits for an interrupt or an event."""
    YIELDING = auto()
    """The core offers its time to others and polls."""


InterruptLine = Callable[[], None]
"""How a device makes its interrupt pending."""
Attend = Callable[[], None]
"""How a device asks for the slice to end behind the access that is being made, so that something is seen to at once."""
FaultTrap = Callable[[Fault], None]
"""Who hears of a fault before anything is done about it; raises Trapped to keep the core where it is."""


class Timed(Protocol):
    """A device that wants to act at a moment."""

    @property
    def deadline(self) -> float | None:
        """When it wants to be called next; None: never."""
        ...

    def expire(self, now: float) -> None:
        """The moment has come (or is near enough); may raise CoreStopped."""
        ...


class Cpu(Protocol):
    """One core between power-on and its end. Every method runs on the core's own thread."""

    @property
    def instructions(self) -> int:
        """Executed since the start; where the engine does not tell, as many as there were at most."""
        ...

    @property
    def timed(self) -> Sequence[Timed]:
        """What the core itself has of timers."""
        ...

    @property
    def first_fault(self) -> tuple[Fault, dict[str, int]] | None:
        """The fault that is being handled, with the registers at that moment."""
        ...

    def reset(self) -> None:
        """Begin as after power-on, with memory as it is now. Raises CoreStopped when it cannot."""
        ...

    def attend(self) -> None:
        """End the slice behind the device access that is being made, so that something can be seen to at once."""
        ...

    def map(self, window: Window) -> None:
        """Put a device into the core's address space; before the first slice."""
        ...

    def line(self, number: int) -> InterruptLine:
        """The wire of one interrupt."""
        ...

    def deliver(self) -> None:
        """Take the interrupt that is due, if one is."""
        ...

    def execute(self) -> Pause:
        """One slice. Raises CoreStopped when the core has locked up or asks for its end."""
        ...

    @property
    def wakes(self) -> bool:
        """A core that waits has something to wake up for."""
        ...

    def close(self) -> None:
        """Free what the engine holds; nothing else is called afterwards."""
        ...

    def registers(self) -> dict[str, int]:
        """By the names of the architecture's manual, in lower case."""
        ...

    # for a debugger, see DebugAccess

    engine: Engine
    fault_trap: FaultTrap | None

    @property
    def pc(self) -> int:
        """The next instruction."""
        ...

    @property
    def reports_behind_access(self) -> bool:
        """Debuggers of this architecture want to hear of a watched access when it has been made."""
        ...

    @property
    def breakpoint_size(self) -> int:
        """Bytes of the breakpoint instruction at the program counter."""
        ...

    def write_register(self, name: str, value: int) -> None:
        """Change one; KeyError for what cannot be written."""
        ...

    def step(self) -> Pause:
        """Execute one instruction, without taking an interrupt first."""
        ...

    def take_fault(self, fault: Fault) -> None:
        """Do what the architecture does at a fault that was kept."""
        ...
