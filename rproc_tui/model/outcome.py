"""What became of an action: never more than was read back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rproc_tui.model.diagnosis import Diagnosis
from rproc_tui.model.kernel_log import KernelLine


class Verb(StrEnum):
    """What can be done to a processor."""

    BOOT = "boot"
    STOP = "stop"
    RELOAD = "reload"
    DETACH = "detach"
    RECOVER = "recover"
    FIRMWARE = "firmware"
    RECOVERY = "recovery"
    COREDUMP = "coredump"
    CRASH = "crash"
    WATCH = "watch"
    KICK = "kick"


class Result(StrEnum):
    """How an action ended."""

    DONE = "done"
    """What was asked for was seen to be so afterwards."""
    FAILED = "failed"
    """The kernel refused, or it did not happen."""
    REFUSED = "refused"
    """It made no sense; nothing was written."""
    UNKNOWN = "unknown"
    """The answer was lost; look again."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An action on its way."""

    verb: Verb
    since: float
    """Monotonic seconds."""
    step: str = ""
    """What it is waiting for, where it has several steps."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One action that ended."""

    verb: Verb
    result: Result
    message: str
    """One sentence: what happened, on what."""
    at: float
    """Monotonic seconds."""
    took: float = 0.0
    """Seconds."""
    errno: int | None = None
    lines: tuple[KernelLine, ...] = field(default=())
    """What the kernel said meanwhile about this processor."""
    advice: tuple[str, ...] = field(default=())
    """Cause and next step, most likely first: what is shown."""
    diagnoses: tuple[Diagnosis, ...] = field(default=())
    """Everything that explains it, what is harmless among it: what programs read."""
    path: str | None = None
    """A file that it made on this machine (a coredump)."""

    @property
    def ok(self) -> bool:
        """Whether it is done."""
        return self.result is Result.DONE
