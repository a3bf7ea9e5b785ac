"""What is left of a processor that crashed: the input of an examination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rproc_tui.crash.dump import Dump, Layout
from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.image import Image
from rproc_tui.model.memory import Region


@dataclass(frozen=True, slots=True)
class FirmwareFile:
    """The firmware that ran, or is believed to have run."""

    facts: FirmwareFacts
    image: Image = field(repr=False)
    """The ELF file; unpacked where the facts are of a packed one."""
    size: int
    """Bytes of the image."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was kept; whatever is missing makes the report shorter."""

    dump: Dump = field(default_factory=lambda: Dump(Layout.NONE, 0))
    firmware: FirmwareFile | None = None
    firmware_digest: str | None = None
    """SHA-256 in hex of the file that ran, where it was kept at the time."""
    registers: str = ""
    """The `regs` file of the processor, read when it had crashed."""
    trace: Sequence[str] = ()
    """The firmware's log, clean lines, the last one last; of the run that crashed."""
    kernel_lines: Sequence[str] = ()
    """Of the kernel's log, without time stamps."""
    processor: str | None = None
    """Its name, as the kernel's log has it."""
    core: str | None = None
    """Core kind in anybody's words (`Cortex-M4`, `arm,cortex-r5f`)."""
    regions: Sequence[Region] = ()
    """Its memory, as far as the host tells."""
