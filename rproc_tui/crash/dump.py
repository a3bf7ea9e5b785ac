"""A dump of a processor's memory as a value: which stretches of memory it has, and their bytes on demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rproc_tui.crash.values import Registers
from rproc_tui.firmware.image import Image

ET_CORE = 4


class Layout(StrEnum):
    """How a dump is made up."""

    SEGMENTS = "program headers"
    """`rproc_coredump` of the kernel: a PT_LOAD for each stretch."""
    SECTIONS = "sections"
    """`rproc_coredump_using_sections` of the kernel: a section with a name for each stretch."""
    CORE = "core with registers"
    """Program headers and a note, as debuggers write it."""
    NONE = "no dump"
    """Nothing that can be read as one."""


@dataclass(frozen=True, slots=True)
class DumpSegment:
    """A stretch of memory in a dump."""

    address: int
    size: int
    """Bytes, as its header claims."""
    offset: int
    """Of its first byte in the file."""
    present: int
    """Bytes of it that the file holds: fewer where the dump is cut off."""
    known: int
    """Bytes of those in front of the 0xff that the kernel writes for memory that it cannot reach."""
    name: str = ""
    """Sanitised; only sections have one."""

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.size


@dataclass(frozen=True, slots=True)
class Dump:
    """What one file tells."""

    layout: Layout
    size: int
    """Bytes of the file."""
    elf_type: int | None = None
    """e_type; None where there is no ELF header."""
    bits: int = 32
    endian: str = "little"
    machine_number: int = 0
    """e_machine; 0 (EM_NONE) where the driver does not say."""
    entry: int = 0
    """Boot address of the processor."""
    segments: tuple[DumpSegment, ...] = ()
    """In file order."""
    registers: tuple[Registers, ...] = ()
    """One of each thread of a core, the one that stopped first; empty for the kernel's layouts."""
    problems: tuple[str, ...] = ()
    """What is wrong with the file, one sanitised sentence each."""
    image: Image = field(default=b"", repr=False, compare=False)

    @property
    def is_dump(self) -> bool:
        """Whether this is one, and not some other ELF file, which has program headers as well."""
        return self.layout is not Layout.NONE and self.elf_type == ET_CORE

    @property
    def prefix(self) -> str:
        """The byte order as `struct` writes it."""
        return "<" if self.endian == "little" else ">"

    @property
    def memory_size(self) -> int:
        """Bytes of memory that are known."""
        return sum(segment.known for segment in self.segments)

    def read(self, address: int, size: int) -> bytes | None:
        """Exactly `size` bytes of memory, also across neighbours; None where not all of them are known."""
        out = b""
        while len(out) < size:
            piece = self._piece(address + len(out), size - len(out))
            if not piece:
                return None
            out = out + piece if out else piece
        return out

    def segment_at(self, address: int) -> DumpSegment | None:
        """The stretch that an address lies in, known or not."""
        return next((one for one in self.segments if one.address <= address < one.end), None)

    def _piece(self, address: int, most: int) -> bytes:
        for segment in self.segments:
            within = address - segment.address
            if 0 <= within < segment.known:
                start = segment.offset + within
                return bytes(self.image[start : start + min(most, segment.known - within)])
        return b""
