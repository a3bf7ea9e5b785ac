"""What is odd about the headers and segments of a file although the kernel takes it: it never says any of this."""

from __future__ import annotations

from collections.abc import Sequence

from rproc_tui.firmware.elf_header import ElfHeader
from rproc_tui.firmware.facts import PF_X, PT_LOAD, Elf, Segment
from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.machines import EM_386, EM_HEXAGON, EM_TI_PRU, EM_X86_64

PT_INTERP = 3
LARGE = 1 << 30
"""Bytes; no board has this much for one processor."""
QUALCOMM_HASH = 2
"""Bits 24 to 26 of p_flags: this segment holds the hashes of the others."""


def check_headers(header: ElfHeader, findings: Findings) -> None:
    """Damage that the kernel does not look for; nobody should boot such a file."""
    if header.version != 1:
        findings.warning("version", "its ELF version is not 1: Linux never looks, other tools do")
    if header.phnum and header.phentsize != header.program_header_size:
        findings.error(
            "bad-phentsize",
            f"e_phentsize is {header.phentsize}, not {header.program_header_size}: the header is damaged; "
            "Linux ignores the field",
            fatal=True,
        )
    if header.phnum and header.phoff < header.size:
        findings.error(
            "program-headers-overlap",
            f"e_phoff is {header.phoff}, within the ELF header: the header is damaged; Linux reads it all the same",
            fatal=True,
        )


def check_kind(elf: Elf, findings: Findings) -> None:
    """Files that are ELF but hardly firmware."""
    if elf.machine_number in (EM_386, EM_X86_64):
        findings.warning("foreign-machine", f"it is for {elf.machine}, which no remote processor is; Linux never looks")
    elif elf.machine == str(elf.machine_number):
        findings.warning("foreign-machine", f"its machine number, {elf.machine}, is not known here; Linux never looks")
    if any(segment.type == PT_INTERP for segment in elf.segments):
        findings.warning("program", "it asks for a dynamic linker: this is a Linux program, not firmware")
    elif elf.type == "DYN":
        findings.warning("type", "its type is DYN: Linux loads it to p_paddr as it stands and relocates nothing")
    elif elf.type != "EXEC":
        what = {"REL": "an object file, not linked", "CORE": "a core dump"}.get(elf.type, f"of type {elf.type}")
        findings.warning("type", f"this is {what}; Linux never looks")


def check_segments(elf: Elf, findings: Findings) -> None:
    """Addresses, overlaps and sizes of what is loaded."""
    loaded = [segment for segment in elf.segments if segment.is_loaded]
    if elf.segments and not loaded:
        findings.warning("nothing-loaded", "it has program headers but nothing to load: the memory stays as it is")
    empty = [str(s.index) for s in elf.segments if s.type == PT_LOAD and s.memsz == 0]
    if empty:
        named = ", ".join(empty[:8]) + (" …" if len(empty) > 8 else "")
        findings.note("empty-segment", f"segments without memory ({named}) are passed over; Linux before 5.19 fails")
    for segment in loaded:
        _check_segment(segment, 1 << elf.bits, findings)
    _check_overlap(loaded, elf.machine_number, findings)
    _check_shared_bytes(loaded, findings)
    _check_entry(elf, loaded, findings)
    _check_qualcomm(elf, findings)


def _check_segment(segment: Segment, addresses: int, findings: Findings) -> None:
    at = f"segment {segment.index} at {segment.paddr:#x}"
    if segment.paddr + segment.memsz > addresses:
        findings.warning("address-wraps", f"{at}: its {segment.memsz:#x} bytes reach behind the last address")
    elif segment.memsz >= LARGE:
        findings.warning("length-large", f"{at} wants {segment.memsz:#x} bytes of memory")
    elif segment.paddr + segment.memsz > 1 << 32:
        findings.note("address-64", f"{at} is above 4 GiB, where carveouts cannot be: only a driver's own memory fits")
    if segment.align & (segment.align - 1):
        findings.warning("align", f"{at}: its p_align, {segment.align}, is no power of two")


def _check_overlap(loaded: Sequence[Segment], machine: int, findings: Findings) -> None:
    """Of what shares memory the later header wins. A PRU has separate addresses for code and data."""
    spaces = [[s for s in loaded if bool(s.flags & PF_X) is code] for code in (True, False)]
    for space in spaces if machine == EM_TI_PRU else [loaded]:
        widest: Segment | None = None
        for segment in sorted(space, key=lambda one: one.paddr):
            if widest is not None and segment.paddr < widest.paddr + widest.memsz:
                shared = min(widest.paddr + widest.memsz, segment.paddr + segment.memsz) - segment.paddr
                first, second = sorted((widest.index, segment.index))
                findings.warning(
                    "segment-overlap",
                    f"segments {first} and {second} share {shared:#x} bytes of memory from {segment.paddr:#x}: "
                    f"{second} overwrites {first}",
                )
            if widest is None or segment.paddr + segment.memsz > widest.paddr + widest.memsz:
                widest = segment


def _check_shared_bytes(loaded: Sequence[Segment], findings: Findings) -> None:
    before: Segment | None = None
    for segment in sorted((s for s in loaded if s.filesz), key=lambda one: one.offset):
        if before is not None and segment.offset < before.offset + before.filesz:
            first, second = sorted((before.index, segment.index))
            findings.warning(
                "bytes-shared", f"segments {first} and {second} are made of the same bytes from {segment.offset:#x}"
            )
        if before is None or segment.offset + segment.filesz > before.offset + before.filesz:
            before = segment


def segments_at(address: int, segments: Sequence[Segment]) -> list[Segment]:
    """The loaded segments that hold an address, where they run or where they are loaded."""
    return [
        segment
        for segment in segments
        if segment.is_loaded
        and any(start <= address < start + segment.memsz for start in (segment.vaddr, segment.paddr))
    ]


def _check_entry(elf: Elf, loaded: Sequence[Segment], findings: Findings) -> None:
    holders = segments_at(elf.entry & ~1, loaded)  # bit 0 says Thumb
    if loaded and not holders:
        findings.warning("entry-outside", f"its entry, {elf.entry:#x}, is in no segment")
    elif holders and not any(segment.flags & PF_X for segment in holders):
        findings.warning("entry-data", f"its entry, {elf.entry:#x}, is in a segment that is not executable")


def _check_qualcomm(elf: Elf, findings: Findings) -> None:
    hashes = any(s.type != PT_LOAD and s.flags >> 24 & 7 == QUALCOMM_HASH for s in elf.segments)
    if hashes or (elf.machine_number == EM_HEXAGON and not elf.sections):
        findings.note("qualcomm", "a Qualcomm image: its drivers load it themselves (mdt_loader), by other rules")
