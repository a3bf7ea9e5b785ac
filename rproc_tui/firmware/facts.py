"""What is known about a firmware file, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rproc_tui.model.resource_table import ResourceTable

PT_LOAD = 1
PF_X = 1
PF_W = 2
PF_R = 4


class Severity(StrEnum):
    """How bad a problem is."""

    ERROR = "error"
    """The kernel's loader refuses the file, or the table or entry is unusable."""
    WARNING = "warning"
    """It boots and may not do what was meant."""
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file, with its place."""

    severity: Severity
    code: str
    """Stable word for programs (`bad-phdr`)."""
    message: str
    """One sanitised sentence with the place in it."""
    kernel: str | None = None
    """The kernel's own line for it, where it has one."""
    fatal: bool = False
    """The file does not boot because of this alone, or is too damaged to be trusted with a boot."""
    index: int | None = None
    """Of the segment or the entry of the table that is refused."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One program header."""

    index: int
    type: int
    offset: int
    vaddr: int
    paddr: int
    """The device address it is loaded to."""
    filesz: int
    memsz: int
    flags: int
    align: int

    @property
    def is_loaded(self) -> bool:
        """PT_LOAD with something in it: what the kernel's loader takes."""
        return self.type == PT_LOAD and self.memsz > 0


@dataclass(frozen=True, slots=True)
class Section:
    """One section header."""

    index: int
    name: str
    """Sanitised."""
    type: int
    flags: int
    address: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Elf:
    """The ELF view of a file."""

    bits: int
    """32 or 64."""
    endian: str
    """little or big."""
    machine: str
    """`ARM`, `RISC-V`, …; the number in decimal where it has no name."""
    machine_number: int
    type: str
    """`EXEC`, `DYN`, `REL`, `CORE`, or the number."""
    entry: int
    flags: int
    segments: tuple[Segment, ...]
    """Every program header, in file order."""
    sections: tuple[Section, ...]
    has_dwarf: bool
    has_symbols: bool
    build_id: str | None = None
    """Hex, from the GNU build-id note."""
    core: str | None = None
    """What the build attributes say it was compiled for (`Cortex-M4`, `Armv7E-M`, `rv32imac`), sanitised."""


OK = "ok"
ABSENT = "absent"
NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class KernelVerdict:
    """What the kernel would say at each stage: `ok`, its message, or `not reached` when an earlier stage ends it.

    Where the kernel does not look and reads on behind the image, the message is ours.
    """

    sanity: str
    """Finding and reading the file, then the ELF sanity check."""
    load: str
    """Loading the segments, as far as the file alone can tell: which memory exists is the board's matter."""
    resource_table: str
    """`absent` without a table. A broken header stops the drivers that need a table, a broken entry stops all."""


@dataclass(frozen=True, slots=True)
class FirmwareFacts:
    """One file."""

    file: str
    """Sanitised path, as it was given."""
    size: int
    """Bytes on disk."""
    sha256: str | None
    """Of the bytes on disk; None for what is too large or no regular file."""
    container: str
    """`elf`, or what it is instead (`xz`, `zstd`, `gzip`, `ihex`, `git-lfs`, `directory`, `empty`, `raw` …)."""
    verdict: KernelVerdict
    elf: Elf | None
    """Of the file, or of what an `xz` or `zstd` container holds."""
    resource_table: ResourceTable | None
    problems: tuple[Problem, ...]

    @property
    def boots(self) -> bool:
        """The kernel's default loader would take the file; whether its addresses exist is the board's matter."""
        sound = self.verdict.sanity == OK and self.verdict.load == OK
        return sound and not any(problem.fatal for problem in self.problems)
