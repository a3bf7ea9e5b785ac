"""Where the segments of a file would be loaded to, and which of them the loader refuses (`rproc_elf_load_segments`)."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence

from rproc_tui.diagnosis.places import miss_text, nearest, region_text, sections_in, straddled
from rproc_tui.diagnosis.preflight.memory import BootMemory
from rproc_tui.diagnosis.preflight.target import Target
from rproc_tui.diagnosis.preflight.verdict import Finding, Placement, Stage
from rproc_tui.firmware.facts import PF_X, FirmwareFacts, Problem, Segment, Severity
from rproc_tui.firmware.units import size_text
from rproc_tui.model.memory import Region

CODE_ADDRESS = 0xF_FFFF
"""The bits of a PRU's code address that count; toolchains mark spaces in the others."""

REFUSED_SEGMENTS = frozenset({"bad-phdr", "truncated", "segment-wraps"})
"""Codes of what the file alone tells and the kernel refuses."""


def placements(facts: FirmwareFacts, target: Target) -> tuple[Placement, ...]:
    """Every loaded segment with the region that holds it or comes closest."""
    segments = facts.elf.segments if facts.elf is not None else ()
    return tuple(_place(segment, target) for segment in segments if segment.is_loaded)


def is_apart(segment: Segment, target: Target) -> bool:
    """It goes into the memory that only code has."""
    return target.code is not None and bool(segment.flags & PF_X)


def _place(segment: Segment, target: Target) -> Placement:
    da, size, regions = segment.paddr, segment.memsz, target.regions
    if target.code is not None and is_apart(segment, target):
        da, regions = da & CODE_ADDRESS, (target.code,)
    holder = next((region for region in regions if region.holds(da, size)), None)
    if holder is not None:
        return Placement(segment, holder, holder, 0)
    close = nearest(regions, da, size)
    return Placement(segment, None, close, 0 if close is None else _missing(close, da, size))


def _missing(region: Region, da: int, size: int) -> int:
    """Bytes between a stretch and a region, or those of it that reach beyond the region."""
    if da >= region.end:
        return da - region.end
    if da + size <= region.da:
        return region.da - da - size
    return max(0, region.da - da) + max(0, da + size - region.end)


def segment_findings(facts: FirmwareFacts, memory: BootMemory) -> Iterator[Finding]:
    """In the order of the program headers."""
    refused: dict[int, Problem] = {}
    for problem in facts.problems:
        if problem.code in REFUSED_SEGMENTS and problem.index is not None:
            refused.setdefault(problem.index, problem)
    target = memory.target
    for segment in facts.elf.segments if facts.elf is not None else ():
        if not segment.is_loaded:
            continue
        if segment.index in refused:
            problem, certain = refused[segment.index], target.rules.own_loader is False
            kernel, number = problem.kernel, errno.EINVAL
            yield Finding(problem.code, Severity.ERROR, problem.message, Stage.SEGMENTS, kernel, number, certain)
        elif target.code is not None and is_apart(segment, target):
            yield from _code(facts, segment, target, target.code)
        elif target.regions and not memory.holds(segment.paddr, segment.memsz):
            yield _outside(facts, segment, target)
        elif target.complete and (lender := memory.lends(segment.paddr, segment.memsz)) is not None:
            words = f"{_name(facts, segment)} lies in {lender.name}, which Linux allocates elsewhere"
            yield Finding("segment-in-carveout", Severity.WARNING, f"{words}: {target.name} will not find it")


def _code(facts: FirmwareFacts, segment: Segment, target: Target, code: Region) -> Iterator[Finding]:
    da, size = segment.paddr & CODE_ADDRESS, segment.memsz
    if not code.holds(da, size):
        kernel = f"bad phdr da {segment.paddr:#x} mem {size:#x}"
        message = f"{_name(facts, segment)} is code, and the {code.name} of {target.name} has {size_text(code.size)}"
        words = f"{message}: {miss_text(code, da, size)}"
        yield Finding("segment-outside", Severity.ERROR, words, Stage.SEGMENTS, kernel, errno.EINVAL)


def _outside(facts: FirmwareFacts, segment: Segment, target: Target) -> Finding:
    da, size = segment.paddr, segment.memsz
    kernel = f"bad phdr da {da:#x} mem {size:#x}"
    whose = f"memory of {target.name}" if target.complete else f"memory that is known of {target.name}"
    message = f"{_name(facts, segment)} lies in no {whose}; {_nearest(target.regions, da, size)}"
    if not target.complete:
        return Finding("segment-outside", Severity.WARNING, message, Stage.SEGMENTS, kernel)
    return Finding("segment-outside", Severity.ERROR, message, Stage.SEGMENTS, kernel, errno.EINVAL, target.certain)


def _name(facts: FirmwareFacts, segment: Segment) -> str:
    sections = sections_in(facts, segment)
    inside = f"{sections}; " if sections else ""
    return f"segment {segment.index} ({inside}{size_text(segment.memsz)} at {segment.paddr:#x})"


def _nearest(regions: Sequence[Region], da: int, size: int) -> str:
    pair = straddled(regions, da, size)
    if pair is not None:
        return f"{region_text(pair[0])} and {region_text(pair[1])} hold it together, and a segment needs one region"
    close = nearest(regions, da, size)
    return "none is known" if close is None else f"the nearest is {region_text(close)}: {miss_text(close, da, size)}"
