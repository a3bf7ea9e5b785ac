"""Segments and the memory of a processor: which region is nearest, by how much a stretch misses it, what is in it.

A region that is not listed may still exist: drivers know memory that no file shows.
"""

from __future__ import annotations

from collections.abc import Sequence

from rproc_tui.firmware.facts import FirmwareFacts, Segment
from rproc_tui.firmware.units import size_text
from rproc_tui.model.memory import Region

SECTIONS_TOLD = 4
"""Names of sections that stand for a segment."""


def region_text(region: Region) -> str:
    """`sram 0x10000000-0x1005ffff`."""
    return f"{region.name} {region.da:#x}-{region.end - 1:#x}"


def nearest(regions: Sequence[Region], da: int, size: int) -> Region | None:
    """The region that a stretch comes closest to: one that it overlaps, else the one with the smallest gap."""

    def distance(region: Region) -> tuple[int, int]:
        gap = max(region.da - (da + size), da - region.end, 0)
        outside = max(0, region.da - da) + max(0, da + size - region.end)
        return gap, outside

    return min(regions, key=distance, default=None)


def miss_text(region: Region, da: int, size: int) -> str:
    """By how much a stretch misses a region, and on which side."""
    before, behind = max(0, region.da - da), max(0, da + size - region.end)
    if da >= region.end:
        return f"it begins {size_text(da - region.end)} behind its end" if da > region.end else "it begins at its end"
    if da + size <= region.da:
        return f"it ends {size_text(region.da - da - size)} before its start"
    parts = [f"{size_text(before)} lie before its start"] if before else []
    parts += [f"{size_text(behind)} reach behind its end"] if behind else []
    return ", ".join(parts) or "it fits"


def straddled(regions: Sequence[Region], da: int, size: int) -> tuple[Region, Region] | None:
    """Two regions side by side that hold a stretch together and neither alone."""
    first = next((region for region in regions if region.da <= da < region.end < da + size), None)
    if first is None:
        return None
    second = next((region for region in regions if region.da == first.end and da + size <= region.end), None)
    return None if second is None else (first, second)


def segment_at(image: FirmwareFacts | None, da: int, size: int | None = None) -> Segment | None:
    """The loaded segment at an address."""
    segments = image.elf.segments if image is not None and image.elf is not None else ()
    at = [segment for segment in segments if segment.is_loaded and segment.paddr == da]
    return next((segment for segment in at if segment.memsz == size), at[0] if at else None)


def sections_in(image: FirmwareFacts, segment: Segment) -> str:
    """Names of the sections in a segment, as many as help; empty for a stripped file."""
    elf = image.elf
    held = [
        section.name
        for section in (elf.sections if elf is not None else ())
        if section.name and section.size and segment.vaddr <= section.address < segment.vaddr + segment.memsz
    ]
    more = " …" if len(held) > SECTIONS_TOLD else ""
    return ", ".join(held[:SECTIONS_TOLD]) + more


def section_at(image: FirmwareFacts | None, address: int) -> str | None:
    """The section that an address lies in."""
    elf = image.elf if image is not None else None
    sections = elf.sections if elf is not None else ()
    return next((s.name for s in sections if s.name and s.address and s.address <= address < s.address + s.size), None)
