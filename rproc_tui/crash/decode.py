"""Reads a dump: both layouts of drivers/remoteproc/remoteproc_coredump.c, and ELF cores of debuggers.

Nothing is read but headers, notes and the ends of segments, so a dump of any size takes the same short time.
"""

from __future__ import annotations

from collections.abc import Iterator

from rproc_tui.crash.dump import ET_CORE, Dump, DumpSegment, Layout
from rproc_tui.crash.prstatus import registers_of_notes
from rproc_tui.crash.values import Registers
from rproc_tui.firmware.elf_header import MAGIC, ElfHeader, parse_header, parse_segments
from rproc_tui.firmware.facts import Segment
from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.image import Image, take
from rproc_tui.firmware.sections import parse_sections

PT_LOAD, PT_NOTE = 1, 4
SHT_PROGBITS = 1
NOTES_LIMIT = 1 << 20
"""Bytes of a note segment that are read."""
FILL = b"\xff"
"""What the kernel writes for memory that it cannot reach."""
FILL_LEAST = 4096
"""Bytes of it in a row at the end of a segment that are taken for that; a whole segment of it always is."""
FILL_BUDGET = 1 << 29
"""Bytes that are looked at for it, shared by all segments: hostile ones may all name the same bytes."""
SEGMENTS_MOST = 4096
"""Segments that are kept; the largest dumps of real drivers have a few dozen."""
CHUNK = 1 << 16
FILL_CHUNK = FILL * CHUNK
PROBLEMS_MOST = 8
"""Of one kind that are told one by one."""


def decode(image: Image, size: int) -> Dump:
    """The dump in a file of `size` bytes. Never raises for what is in it; what is wrong stands in `problems`."""
    header = parse_header(image, size)
    if header is None:
        return Dump(Layout.NONE, size, problems=(_no_header(image, size),), image=image)
    problems = [] if header.type == ET_CORE else [f"its ELF type is {header.type}, not {ET_CORE} (core)"]
    headers = parse_segments(image, size, header)
    segments = list(_program_segments(headers))
    sections = [] if segments else list(_section_segments(image, size, header, problems))
    registers = tuple(_registers(image, size, header, headers))
    layout = Layout.CORE if registers else Layout.SEGMENTS if segments else Layout.SECTIONS if sections else Layout.NONE
    problems += _missing_headers(header, headers, size)
    stretches = segments or sections
    if len(stretches) > SEGMENTS_MOST:
        problems.append(f"only the first {SEGMENTS_MOST} of {len(stretches)} segments are read")
    kept = stretches[:SEGMENTS_MOST]
    found = tuple(_measured(image, size, one, FILL_BUDGET // len(kept)) for one in kept)
    problems += _trouble(found, size)
    return Dump(
        layout=layout,
        size=size,
        elf_type=header.type,
        bits=header.bits,
        endian=header.endian,
        machine_number=header.machine,
        entry=header.entry,
        segments=found,
        registers=registers,
        problems=tuple(problems),
        image=image,
    )


def _no_header(image: Image, size: int) -> str:
    if size == 0:
        return "the dump is empty: 0 bytes"
    start = bytes(image[0 : min(size, 4)])
    if MAGIC.startswith(start) or start == MAGIC:
        return f"the dump is cut off within its ELF header, or its header is damaged: {size} bytes"
    return f"not an ELF file: it begins with {start.hex(' ')}"


def _program_segments(headers: tuple[Segment, ...]) -> Iterator[DumpSegment]:
    for header in headers:
        if header.type == PT_LOAD and header.filesz:
            yield DumpSegment(header.vaddr or header.paddr, header.filesz, header.offset, 0, 0)


def _section_segments(image: Image, size: int, header: ElfHeader, problems: list[str]) -> Iterator[DumpSegment]:
    findings = Findings()
    for section in parse_sections(image, size, header, findings):
        if section.type == SHT_PROGBITS and section.size:
            yield DumpSegment(section.address, section.size, section.offset, 0, 0, section.name)
    problems.extend(problem.message for problem in findings.problems() if header.shnum)


def _registers(image: Image, size: int, header: ElfHeader, headers: tuple[Segment, ...]) -> Iterator[Registers]:
    for segment in headers:
        if segment.type == PT_NOTE and segment.offset < size:
            notes = take(image, segment.offset, min(segment.filesz, NOTES_LIMIT, size - segment.offset))
            yield from registers_of_notes(notes, header.machine, header.bits, header.prefix)


def _missing_headers(header: ElfHeader, headers: tuple[Segment, ...], size: int) -> Iterator[str]:
    if len(headers) < header.phnum:
        yield f"only {len(headers)} of {header.phnum} program headers lie in its {size} bytes: it is cut off"
    if not header.phnum and not header.shnum:
        yield "it has neither program headers nor sections, so no memory"


def _measured(image: Image, size: int, segment: DumpSegment, budget: int) -> DumpSegment:
    """The same with what the file holds of it."""
    present = max(0, min(segment.size, size - segment.offset))
    known = present - _fill_at_the_end(image, segment.offset, present, budget)
    return DumpSegment(segment.address, segment.size, segment.offset, present, known, segment.name)


def _fill_at_the_end(image: Image, offset: int, length: int, budget: int) -> int:
    """Bytes that stand for unreachable memory, as far as the budget reaches."""
    end = length
    while end and length - end <= budget:
        chunk = bytes(image[offset + max(0, end - CHUNK) : offset + end])
        if chunk != FILL_CHUNK:  # comparing is far quicker than counting
            end -= len(chunk) - len(chunk.rstrip(FILL))
            break
        end -= CHUNK
    run = length - end
    return run if run == length or run >= FILL_LEAST else 0


def _trouble(segments: tuple[DumpSegment, ...], size: int) -> Iterator[str]:
    cut = [one for one in segments if one.present < one.size]
    if cut:
        wanted = max(one.offset + one.size for one in cut)
        yield f"the dump is cut off: {size} of {wanted} bytes"
    filled = [one for one in segments if one.known < one.present]
    for one in filled[:PROBLEMS_MOST]:
        start, length = one.address + one.known, one.present - one.known
        yield f"{length} bytes from {start:#010x} on are 0xff: the kernel could not read them, or they are erased flash"
    if len(filled) > PROBLEMS_MOST:
        yield f"{len(filled) - PROBLEMS_MOST} more segments end in 0xff"
