"""What the sentences of the catalogue can name: this segment, this region, this entry, the processor that it fits."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Mapping

from rproc_tui.diagnosis.case import Case
from rproc_tui.diagnosis.conditions import orphan
from rproc_tui.diagnosis.places import (
    miss_text,
    nearest,
    region_text,
    section_at,
    sections_in,
    segment_at,
    straddled,
)
from rproc_tui.diagnosis.target import fitting_neighbours, regions
from rproc_tui.firmware.facts import Severity
from rproc_tui.firmware.fit import other_machine
from rproc_tui.model.memory import Region
from rproc_tui.model.processor import Processor
from rproc_tui.model.resource_table import CarveoutEntry, TraceEntry

Match = re.Match[str] | None

REGIONS_TOLD = 6
"""Regions that are listed by name."""
SIMILAR_TOLD = 3
ALWAYS = frozenset({"name", "id", "firmware", "driver"})
"""Fields that have words of their own where nothing is known; all others belong in brackets."""


def field(name: str, case: Case, match: Match) -> str | None:
    """What stands for a field; None when that is not known."""
    said = None if match is None else match.groupdict().get(name)
    if said is not None:
        return said
    compute = FIELDS.get(name)
    return None if compute is None else compute(case, match)


def _of(ask: Callable[[Processor], str | None], otherwise: str | None = None) -> Callable[[Case, Match], str | None]:
    return lambda case, _match: (None if case.processor is None else ask(case.processor)) or otherwise


def _address(match: Match) -> tuple[int, int] | None:
    """Address and size that the line names."""
    said = {} if match is None else match.groupdict()
    try:
        return int(said.get("da") or "", 16), int(said.get("size") or "0x1", 16)
    except ValueError:
        return None


def _nearest(case: Case, match: Match) -> tuple[Region, int, int] | None:
    place = _address(match)
    region = None if place is None else nearest(regions(case), *place)
    return None if region is None or place is None else (region, *place)


def _segment(case: Case, match: Match) -> str | None:
    """`segment 2 (.data, .bss)`."""
    place = _address(match)
    segment = None if place is None else segment_at(case.image, *place)
    if segment is None or case.image is None:
        return None
    sections = sections_in(case.image, segment)
    return f"segment {segment.index} ({sections})" if sections else f"segment {segment.index}"


def _section(case: Case, match: Match) -> str | None:
    place = _address(match)
    return None if place is None else section_at(case.image, place[0])


def _nearest_region(case: Case, match: Match) -> str | None:
    found = _nearest(case, match)
    return None if found is None else region_text(found[0])


def _miss(case: Case, match: Match) -> str | None:
    found = _nearest(case, match)
    return None if found is None else miss_text(*found)


def _regions(case: Case, _match: Match) -> str | None:
    known = sorted(regions(case), key=lambda region: region.da)
    more = f" and {len(known) - REGIONS_TOLD} more" if len(known) > REGIONS_TOLD else ""
    return ", ".join(map(region_text, known[:REGIONS_TOLD])) + more or None


def _both_regions(case: Case, match: Match) -> str | None:
    place = _address(match)
    pair = None if place is None else straddled(regions(case), *place)
    return None if pair is None else f"{region_text(pair[0])} and {region_text(pair[1])}"


def _neighbour(case: Case, _match: Match) -> str | None:
    """`remoteproc1 (m33)`, the first that the firmware fits."""
    return next((f"{target.id} ({target.name})" for target in fitting_neighbours(case)), None)


def _carveout(case: Case, _match: Match) -> str | None:
    """The entry of the table that does not fit the registered carveout of its name, and both ranges."""
    table = case.image.resource_table if case.image is not None else None
    known = {region.name: region for region in (case.processor.regions if case.processor is not None else ())}
    for entry in table.entries if table is not None else ():
        region = known.get(entry.name) if isinstance(entry, CarveoutEntry) else None
        if not isinstance(entry, CarveoutEntry) or region is None:
            continue
        anywhere = entry.da == 0xFFFF_FFFF
        if entry.len > region.size or not (anywhere or region.holds(entry.da, entry.len)):
            where = "anywhere" if anywhere else f"at {entry.da:#x}"
            return f"entry {entry.index} asks for {entry.len:#x} bytes {where}, and {region_text(region)} is there"
    return None


def _twice(case: Case, _match: Match) -> str | None:
    """The name that several carveouts of the table have."""
    table = case.image.resource_table if case.image is not None else None
    names = [entry.name for entry in (table.entries if table is not None else ()) if isinstance(entry, CarveoutEntry)]
    return next((repr(name) for number, name in enumerate(names) if name in names[:number]), None)


def _trace(case: Case, _match: Match) -> str | None:
    """Where the first trace buffer is said to be."""
    table = case.processor.resource_table if case.processor is not None else None
    traces = [entry for entry in (table.entries if table is not None else ()) if isinstance(entry, TraceEntry)]
    return f"{traces[0].len:#x} bytes at {traces[0].da:#x}" if traces else None


def _fault(case: Case, _match: Match) -> str | None:
    """What is wrong in the file, as our own parser sees it."""
    problems = case.image.problems if case.image is not None else ()
    return next((problem.message for problem in problems if problem.severity is Severity.ERROR), None)


def _machine(case: Case, _match: Match) -> str | None:
    return case.image.elf.machine if case.image is not None and case.image.elf is not None else None


def _other_machine(case: Case, _match: Match) -> str | None:
    if case.image is None or case.processor is None:
        return None
    return other_machine(case.image, case.processor.core)


def _unbind(case: Case, _match: Match) -> str | None:
    """What frees a processor for good: its driver is unbound and bound."""
    if case.processor is None:
        return None
    device = case.processor.key.device.rpartition("/")[2]
    folder = f"/sys/bus/platform/drivers/{case.processor.driver or 'DRIVER'}"
    return f"write {device} to {folder}/unbind, then to {folder}/bind"


def _folders(case: Case, _match: Match) -> str | None:
    return None if case.place is None else ", ".join(case.place.folders)


def _similar(case: Case, _match: Match) -> str | None:
    return ", ".join(case.place.similar[:SIMILAR_TOLD]) or None if case.place is not None else None


def _others(case: Case, _match: Match) -> str | None:
    """Processors of this machine that take commands."""
    return ", ".join(f"{other.id} ({other.name})" for other in case.neighbours if other.writable) or None


def _fatal(case: Case, _match: Match) -> str | None:
    """The latest words of a driver about what its firmware reported."""
    found = [m for line in case.lines if (m := re.search(r"(?:fatal error|watchdog) received:? ?(.*)", line.text))]
    return found[-1][1] or None if found else None


def _errno_name(case: Case, _match: Match) -> str | None:
    return None if case.errno is None else errno.errorcode.get(case.errno, str(case.errno))


FIELDS: Mapping[str, Callable[[Case, Match], str | None]] = {
    "name": _of(lambda processor: processor.name, "the processor"),
    "id": _of(lambda processor: processor.id, "remoteprocN"),
    "driver": _of(lambda processor: processor.driver, "its driver"),
    "firmware": _of(lambda processor: processor.firmware, "the firmware"),
    "core": _of(lambda processor: processor.core),
    "state": _of(lambda processor: processor.state),
    "device": _of(lambda processor: processor.key.device.rpartition("/")[2]),
    "dump": _of(lambda processor: processor.dump),
    "crashes": _of(lambda processor: None if processor.crashes is None else str(processor.crashes)),
    "segment": _segment,
    "section": _section,
    "nearest": _nearest_region,
    "miss": _miss,
    "regions": _regions,
    "both_regions": _both_regions,
    "neighbour": _neighbour,
    "carveout": _carveout,
    "twice": _twice,
    "trace": _trace,
    "fault": _fault,
    "machine": _machine,
    "other_machine": _other_machine,
    "unbind": _unbind,
    "folders": _folders,
    "path": lambda case, _match: None if case.place is None else case.place.path,
    "target": lambda case, _match: None if case.place is None else case.place.target,
    "similar": _similar,
    "others": _others,
    "fatal": _fatal,
    "orphan": lambda case, _match: orphan(case),
    "errno": _errno_name,
}
"""By the name that the catalogue uses; the groups of an entry's own patterns go before these."""
