"""What lies where in a processor's memory, as bars to scale: regions with segments and carveouts in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rproc_tui.firmware.facts import PF_X, Elf, FirmwareFacts, Segment
from rproc_tui.model.memory import Region, RegionKind

_GAP = 1 << 20
"""Segments without a known region are drawn in one bar while they are no further apart than this, bytes."""
_SHF_ALLOC = 2
STRAY = "in no region"
"""What a bar of segments is called that lie in no known region."""


class Use(StrEnum):
    """What a stretch of memory is used for."""

    CODE = "code"
    DATA = "data"
    CARVEOUT = "carveout"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Span:
    """A used stretch, by device address."""

    da: int
    size: int
    use: Use
    name: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One region with what lies in it, lowest address first."""

    name: str
    da: int
    size: int
    spans: tuple[Span, ...]


def memory_bars(regions: Sequence[Region], facts: FirmwareFacts | None) -> tuple[Bar, ...]:
    """One bar for every region; what lies in none of them gets bars of its own."""
    places = _places(regions)
    spans = [*_segment_spans(facts), *_carveout_spans(regions, places)]
    bars = []
    for place in places:
        inside = [span for span in spans if place.da <= span.da < place.end]
        bars.append(_bar(place.name, place.da, place.size, inside))
        spans = [span for span in spans if span not in inside]
    return (*bars, *_stray_bars(spans))


def cells(bar: Bar, count: int) -> tuple[Use, ...]:
    """The bar in so many cells of equal size: what fills most of each, and something used wins over nothing."""
    result = []
    for index in range(count):
        start = bar.da + bar.size * index // count
        end = max(start + 1, bar.da + bar.size * (index + 1) // count)
        shares = {span.use: 0 for span in bar.spans}
        for span in bar.spans:
            shares[span.use] += max(0, min(end, span.da + span.size) - max(start, span.da))
        best = max(shares, key=lambda use: shares[use], default=Use.FREE)
        result.append(best if shares.get(best) else Use.FREE)
    return tuple(result)


def section_names(elf: Elf, segment: Segment) -> list[str]:
    """The sections that a segment carries, by address, without notes."""
    inside = [
        section
        for section in elf.sections
        if section.flags & _SHF_ALLOC
        and section.size
        and not section.name.startswith(".note")
        and segment.vaddr <= section.address < segment.vaddr + segment.memsz
    ]
    return [section.name for section in sorted(inside, key=lambda section: section.address)]


def _places(regions: Iterable[Region]) -> list[Region]:
    """The regions that are drawn: those of the board, and carveouts outside all of them."""
    board = [region for region in regions if region.kind is not RegionKind.CARVEOUT]
    outside = [
        region
        for region in regions
        if region.kind is RegionKind.CARVEOUT and not any(place.holds(region.da, 1) for place in board)
    ]
    return sorted([*board, *outside], key=lambda region: region.da)


def _segment_spans(facts: FirmwareFacts | None) -> list[Span]:
    if facts is None or facts.elf is None:
        return []
    return [
        Span(
            segment.paddr,
            segment.memsz,
            Use.CODE if segment.flags & PF_X else Use.DATA,
            " ".join(section_names(facts.elf, segment)) or f"segment {segment.index}",
        )
        for segment in facts.elf.segments
        if segment.is_loaded
    ]


def _carveout_spans(regions: Iterable[Region], places: Sequence[Region]) -> list[Span]:
    """Carveouts in a larger region; one that is the region itself says nothing new."""
    return [
        Span(region.da, region.size, Use.CARVEOUT, region.name)
        for region in regions
        if region.kind is RegionKind.CARVEOUT
        and region not in places
        and not any((place.da, place.size) == (region.da, region.size) for place in places)
    ]


def _stray_bars(spans: Iterable[Span]) -> list[Bar]:
    groups: list[list[Span]] = []
    for span in sorted(spans, key=lambda span: span.da):
        if groups and span.da - _end(groups[-1]) <= _GAP:
            groups[-1].append(span)
        else:
            groups.append([span])
    return [_bar(STRAY, group[0].da, _end(group) - group[0].da, group) for group in groups]


def _end(spans: Iterable[Span]) -> int:
    return max(span.da + span.size for span in spans)


def _bar(name: str, da: int, size: int, spans: Iterable[Span]) -> Bar:
    return Bar(name, da, size, tuple(sorted(spans, key=lambda span: (span.da, span.size))))
