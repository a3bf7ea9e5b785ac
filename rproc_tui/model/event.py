"""What happened, in order: the stream behind the events screen and the notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rproc_tui.model.crash import CrashRecord
from rproc_tui.model.diagnosis import Diagnosis
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.outcome import Outcome
from rproc_tui.model.processor import ProcessorKey


class EventKind(StrEnum):
    """What sort of thing happened."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    STATE = "state"
    """A processor's state changed."""
    CRASHED = "crashed"
    CAPTURED = "captured"
    """The evidence of a crash was kept and examined."""
    ACTION = "action"
    """One of our actions ended."""
    FIRMWARE = "firmware"
    """A watched file changed, was taken or was rejected."""
    KERNEL = "kernel"
    """A line of the kernel's log about remote processors."""
    HOST = "host"
    """A host was lost, came back or lacks something."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: float
    """Monotonic seconds."""
    kind: EventKind
    text: str
    host: str
    processor: ProcessorKey | None = None
    name: str | None = None
    """The processor's name then."""
    severity: str = "info"
    """info, warning or error."""
    lines: tuple[KernelLine, ...] = field(default=())
    outcome: Outcome | None = None
    diagnoses: tuple[Diagnosis, ...] = field(default=())
    """What a line of the kernel means, where that is known."""
    crash: CrashRecord | None = None
    """What was captured."""
