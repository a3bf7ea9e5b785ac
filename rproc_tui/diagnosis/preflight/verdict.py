"""What a check found, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rproc_tui.diagnosis.preflight.target import Target
from rproc_tui.firmware.facts import FirmwareFacts, Segment, Severity
from rproc_tui.model.memory import Region


class Stage(StrEnum):
    """The steps of a boot, in the kernel's order."""

    REQUEST = "request"
    """`request_firmware`: the file is found, read, unpacked."""
    SANITY = "sanity"
    """The ELF header."""
    TABLE = "table"
    """The resource table is found."""
    RESOURCES = "resources"
    """Its entries are gone through."""
    ALLOCATION = "allocation"
    """Memory for carveouts and rings."""
    SEGMENTS = "segments"
    """The program segments are copied."""
    START = "start"
    """The driver lets the processor go."""


STAGES: Sequence[Stage] = tuple(Stage)

STAGE_LINES = {
    Stage.RESOURCES: "Failed to process resources: -{}",
    Stage.ALLOCATION: "Failed to allocate associated carveouts: -{}",
    Stage.SEGMENTS: "Failed to load program segments: -{}",
}
"""What the core says behind the message of the step, which some refusals lack."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a firmware on a processor."""

    code: str
    """Stable word for programs (`segment-outside`)."""
    severity: Severity
    """An error means that it does not boot."""
    message: str
    """One sentence with the place in it."""
    stage: Stage | None = None
    """Where the kernel meets it; None for what the kernel never looks at."""
    kernel: str | None = None
    """The kernel's message for it; None where it says nothing."""
    errno: int | None = None
    """What the write of `start` answers for an error; positive."""
    certain: bool = False
    """Nothing of it is concluded from what may be incomplete."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one loaded segment lies."""

    segment: Segment
    region: Region | None
    """What holds it whole; None when nothing known does."""
    nearest: Region | None
    misses: int
    """Bytes between it and the nearest region, or beyond the region's end; 0 when it is held."""


@dataclass(frozen=True, slots=True)
class KernelCheck:
    """One step of the boot as it would go."""

    stage: Stage
    result: str
    """`ok`, `refused`, `perhaps` where that cannot be foretold, `not reached`, or `unknown` for the start itself."""
    finding: Finding | None = None
    """Why it is refused or in doubt."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer."""

    facts: FirmwareFacts
    target: Target
    findings: tuple[Finding, ...]
    """Errors in the kernel's order, then warnings, then notes."""
    placements: tuple[Placement, ...] = ()
    elsewhere: tuple[Target, ...] = ()
    """Processors of the same machine that it would fit better."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Why it would not boot."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def would_boot(self) -> bool:
        """The kernel would take it, as far as is known."""
        return not self.errors

    @property
    def refused(self) -> bool:
        """The kernel certainly would not take it."""
        return any(finding.certain for finding in self.errors)

    @property
    def is_known(self) -> bool:
        """Its memory and its loader are known, so that silence means that all is well."""
        return not any(finding.code in ("memory-unknown", "own-loader") for finding in self.findings)

    @property
    def fits(self) -> bool:
        """It would boot, and is for this kind of machine."""
        return self.would_boot and not any(finding.code == "wrong-machine" for finding in self.findings)

    @property
    def first(self) -> Finding | None:
        """Where the kernel would stop."""
        return next((finding for finding in self.errors if finding.stage is not None), None)

    @property
    def checks(self) -> tuple[KernelCheck, ...]:
        """Every step of the boot, up to the one that ends it."""
        out: list[KernelCheck] = []
        ended = False
        for stage in STAGES:
            at = [finding for finding in self.findings if finding.stage is stage]
            error = next((finding for finding in at if finding.severity is Severity.ERROR), None)
            doubt = next(iter(at), None)
            if ended:
                out.append(KernelCheck(stage, "not reached"))
            elif stage is Stage.START:
                out.append(KernelCheck(stage, "unknown"))
            elif error is not None:
                out.append(KernelCheck(stage, "refused", error))
                ended = True
            elif doubt is not None:
                out.append(KernelCheck(stage, "perhaps", doubt))
            else:
                out.append(KernelCheck(stage, "ok"))
        return tuple(out)


def kernel_line(finding: Finding) -> str | None:
    """What the log says for an error: its own message, else that of the step; None for silence."""
    if finding.kernel is not None or finding.stage is None:
        return finding.kernel
    line = STAGE_LINES.get(finding.stage)
    return None if line is None or finding.errno is None else line.format(finding.errno)
