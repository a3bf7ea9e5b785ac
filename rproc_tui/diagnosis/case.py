"""What there is to explain: an action that ended, a line that nobody asked for, or a processor as it stands."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.model.firmware_place import FirmwarePlace
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import Processor


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that is known about it. What is not known is None or empty."""

    processor: Processor | None = None
    """As it is now; None for lines about a machine or a device that is no processor."""
    lines: tuple[KernelLine, ...] = ()
    """What the kernel said about it, oldest first."""
    verb: Verb | None = None
    """What was tried; None for what came by itself."""
    result: Result | None = None
    """How that ended."""
    errno: int | None = None
    """Positive."""
    image: FirmwareFacts | None = None
    """The firmware that it loads, or was to load."""
    place: FirmwarePlace | None = None
    """Where that file was looked for."""
    neighbours: tuple[Processor, ...] = ()
    """The other processors of the same machine."""
    newest: int | None = None
    """Sequence number of the one line that is to be explained; the others only tell what came before it."""
