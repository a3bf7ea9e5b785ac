"""What changed between two builds of a firmware: sections, segments, symbols, the resource table, the use of memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rproc_tui.firmware.change import summary
from rproc_tui.firmware.facts import FirmwareFacts, Section, Segment
from rproc_tui.firmware.memory_map import Stretch, regions
from rproc_tui.firmware.symbols import Symbol
from rproc_tui.model.resource_table import Entry, RawEntry, VdevEntry, entry_type

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """One thing before and after; None where it is not there."""

    old: T | None
    new: T | None


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """A stretch of memory that either build loads to, and the bytes of it that each takes."""

    start: int
    end: int
    """The first address behind it."""
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class SymbolChanges:
    """Functions and variables that are not what or where they were, the largest change first."""

    known: bool
    """Both files have a symbol table."""
    resized: tuple[Change[Symbol], ...]
    """Grown, shrunk, new or gone; by the bytes of the change."""
    moved: tuple[Change[Symbol], ...]
    """Of the same size at another address; by size."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two files; in every list only what differs."""

    old: FirmwareFacts
    new: FirmwareFacts
    summary: str
    """One line, as the notice of a reload has it."""
    sections: tuple[Change[Section], ...]
    segments: tuple[Change[Segment], ...]
    symbols: SymbolChanges
    table: tuple[Change[Entry], ...]
    memory: tuple[MemoryUse, ...]
    """Every stretch, changed or not."""

    @property
    def same(self) -> bool:
        """Byte for byte."""
        return self.old.sha256 is not None and self.old.sha256 == self.new.sha256


def difference(
    old: FirmwareFacts, new: FirmwareFacts, old_symbols: Sequence[Symbol] = (), new_symbols: Sequence[Symbol] = ()
) -> Difference:
    """All of it. Files that are no ELF files differ in nothing but their facts."""
    return Difference(
        old=old,
        new=new,
        summary=summary(old, new),
        sections=_changes(_sections(old), _sections(new), lambda one: one.name, _place),
        segments=_changes(_segments(old), _segments(new), lambda one: (one.type, one.flags), _extent),
        symbols=_symbol_changes(old_symbols, new_symbols),
        table=_changes(_entries(old), _entries(new), _entry_name, _entry_content),
        memory=_memory(_segments(old), _segments(new)),
    )


def _changes(
    old: Iterable[T], new: Iterable[T], name: Callable[[T], Hashable], content: Callable[[T], Hashable]
) -> tuple[Change[T], ...]:
    """What has no equal of its name on the other side, in the order of the new one, then what is gone."""
    before, after = _by_name(old, name), _by_name(new, name)
    pairs = [Change(before.get(key), one) for key, one in after.items()]
    pairs += [Change(one, None) for key, one in before.items() if key not in after]
    return tuple(
        pair for pair in pairs if pair.old is None or pair.new is None or content(pair.old) != content(pair.new)
    )


def _by_name(things: Iterable[T], name: Callable[[T], Hashable]) -> dict[Hashable, T]:
    """By name and, where one comes again, by which time it is."""
    times: Counter[Hashable] = Counter()
    found: dict[Hashable, T] = {}
    for thing in things:
        key = name(thing)
        found[key, times[key]] = thing
        times[key] += 1
    return found


def _sections(facts: FirmwareFacts) -> Sequence[Section]:
    return [] if facts.elf is None else [section for section in facts.elf.sections if section.name]


def _place(section: Section) -> tuple[int, ...]:
    return section.address, section.size, section.type, section.flags


def _segments(facts: FirmwareFacts) -> Sequence[Segment]:
    return [] if facts.elf is None else [segment for segment in facts.elf.segments if segment.is_loaded]


def _extent(segment: Segment) -> tuple[int, ...]:
    return segment.paddr, segment.vaddr, segment.filesz, segment.memsz


def _entries(facts: FirmwareFacts) -> Sequence[Entry]:
    return () if facts.resource_table is None else facts.resource_table.entries


def _entry_name(entry: Entry) -> Hashable:
    match entry:
        case VdevEntry():
            return "vdev", entry.id
        case RawEntry():
            return "raw", entry.type_number
        case _:
            return entry_type(entry), entry.name


def _entry_content(entry: Entry) -> Hashable:
    """All but its place in the table."""
    fields = {name: getattr(entry, name) for name in type(entry).__slots__ if name not in ("index", "offset")}
    return tuple(fields.items())


def _symbol_changes(old: Sequence[Symbol], new: Sequence[Symbol]) -> SymbolChanges:
    pairs = _changes(old, new, lambda one: (one.name, one.file), lambda one: (one.size, one.address))
    resized = [pair for pair in pairs if _size(pair.old) != _size(pair.new)]
    moved = [pair for pair in pairs if _size(pair.old) == _size(pair.new)]
    return SymbolChanges(
        known=bool(old and new),
        resized=tuple(sorted(resized, key=lambda pair: -abs(_size(pair.new) - _size(pair.old)))),
        moved=tuple(sorted(moved, key=lambda pair: -_size(pair.new))),
    )


def _size(symbol: Symbol | None) -> int:
    return 0 if symbol is None else symbol.size


def _memory(old: Sequence[Segment], new: Sequence[Segment]) -> tuple[MemoryUse, ...]:
    stretches = [Stretch(mark, s.paddr, s.memsz, s.filesz) for mark, side in (("old", old), ("new", new)) for s in side]
    return tuple(
        MemoryUse(
            region.start,
            region.end,
            _used([row for row in region.rows if row.label == "old"]),
            _used([row for row in region.rows if row.label == "new"]),
        )
        for region in regions(stretches)
    )


def _used(rows: Iterable[Stretch]) -> int:
    """Bytes that any of the rows covers; `rows` are ordered by address."""
    used = reached = 0
    for row in rows:
        used += max(0, row.end - max(row.start, reached))
        reached = max(reached, row.end)
    return used
