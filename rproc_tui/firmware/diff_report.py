"""The difference of two builds as plain text: the summary first, then memory, sections, symbols, table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rproc_tui.firmware.diff import Change, Difference, MemoryUse
from rproc_tui.firmware.facts import FirmwareFacts, Section, Segment
from rproc_tui.firmware.report import verdict_text
from rproc_tui.firmware.symbols import Symbol
from rproc_tui.firmware.units import address_text, size_text
from rproc_tui.model.resource_table import Entry, RawEntry, VdevEntry, entry_type

SYMBOLS_SHOWN = 10
ROWS_SHOWN = 20
"""Rows of any other list."""
BUILD_ID_SHOWN = 12
"""Digits: enough to tell builds apart."""
ARROW = "\u2192"


def diff_report(found: Difference) -> list[str]:
    """The lines."""
    lines = list(_head(found))
    if found.same:
        return lines
    for title, rows in (
        ("Memory", [_memory_row(use) for use in found.memory]),
        ("Segments", [_segment_row(change) for change in found.segments]),
        ("Sections", [_section_row(change) for change in found.sections]),
        (_symbols_title(found), list(_symbol_rows(found))),
        ("Resource table", [row for change in found.table for row in _entry_rows(change)]),
    ):
        if rows:
            more = [f"  … {len(rows) - ROWS_SHOWN} more; --json has everything"] if len(rows) > ROWS_SHOWN else []
            lines += ["", title, *rows[:ROWS_SHOWN], *more]
    return lines


def _head(found: Difference) -> Iterator[str]:
    old, new = found.old, found.new
    names = f"{_base(old)} {ARROW} {_base(new)}"
    yield f"{names}: {'the same, byte for byte' if found.same else found.summary}"
    if old.boots and new.boots:
        yield "Linux takes both"
    else:
        yield f"old: {verdict_text(old)}"
        yield f"new: {verdict_text(new)}"
    parts = [_pair("file", size_text(old.size), size_text(new.size))]
    if old.elf is not None and new.elf is not None:
        parts += [
            _pair("machine", old.elf.machine, new.elf.machine),
            _pair("entry", address_text(old.elf.entry), address_text(new.elf.entry)),
            _pair("build id", _build_id(old.elf.build_id), _build_id(new.elf.build_id)),
        ]
    yield " · ".join(parts)


def _pair(what: str, old: str, new: str) -> str:
    return f"{what} {old}" if old == new else f"{what} {old} {ARROW} {new}"


def _build_id(text: str | None) -> str:
    return text[:BUILD_ID_SHOWN] if text else "none"


def _base(facts: FirmwareFacts) -> str:
    return facts.file.rpartition("/")[2]


def _memory_row(use: MemoryUse) -> str:
    place = f"{address_text(use.start)} to {address_text(use.end - 1)}"
    return f"  {place}  {_sizes(use.old, use.new)}"


def _sizes(old: int | None, new: int | None) -> str:
    """Two sizes and their difference, in columns."""
    before = "" if old is None else size_text(old)
    after = "" if new is None else size_text(new)
    return f"{before:>10} {ARROW} {after:<10} {grown((new or 0) - (old or 0)):>10}"


def grown(size: int) -> str:
    """`+1.2 KiB`, and `=` for what did not change."""
    if size == 0:
        return "="
    return ("+" if size > 0 else "\u2212") + size_text(abs(size))


def _section_row(change: Change[Section]) -> str:
    old, new = change.old, change.new
    name = (new or old or _nothing()).name
    place = _moves(None if old is None else old.address, None if new is None else new.address)
    return f"  {name:<20} {_sizes(_size(old), _size(new))}  {place}".rstrip()


def _segment_row(change: Change[Segment]) -> str:
    old, new = change.old, change.new
    index = (new or old or _nothing()).index
    place = _moves(None if old is None else old.paddr, None if new is None else new.paddr)
    sizes = _sizes(None if old is None else old.memsz, None if new is None else new.memsz)
    return f"  {index:<20} {sizes}  {place}".rstrip()


def _nothing() -> Section:
    raise AssertionError("a change has at least one side")


def _size(section: Section | None) -> int | None:
    return None if section is None else section.size


def _moves(old: int | None, new: int | None) -> str:
    if old is None or new is None:
        return "new" if old is None else "gone"
    return "" if old == new else f"{address_text(old)} {ARROW} {address_text(new)}"


def _symbols_title(found: Difference) -> str:
    symbols = found.symbols
    return f"Symbols    {len(symbols.resized)} of another size, {len(symbols.moved)} moved"


def _symbol_rows(found: Difference) -> Iterator[str]:
    symbols = found.symbols
    if not symbols.known:
        yield "  not both files have a symbol table"
        return
    for title, changes in (("", symbols.resized), ("moved", symbols.moved)):
        for change in changes[:SYMBOLS_SHOWN]:
            yield _symbol_row(change, title)
        if len(changes) > SYMBOLS_SHOWN:
            yield f"  … {len(changes) - SYMBOLS_SHOWN} smaller ones"


def _symbol_row(change: Change[Symbol], title: str) -> str:
    old, new = change.old, change.new
    symbol = new or old
    assert symbol is not None
    place = _moves(None if old is None else old.address, None if new is None else new.address)
    before, after = (0 if side is None else side.size for side in (old, new))
    size = f"{size_text(after)} {title}" if title else f"{grown(after - before)}"
    file = f" ({symbol.file})" if symbol.file else ""
    return f"  {size:>15}  {symbol.name}{file}  {place}".rstrip()


def _entry_rows(change: Change[Entry]) -> Iterator[str]:
    old, new = change.old, change.new
    entry = new or old
    assert entry is not None
    name = _entry_title(entry)
    if old is None or new is None:
        yield f"  {'new' if old is None else 'gone'}: {name}"
        return
    yield f"  {name}: {', '.join(_field_changes(old, new))}"


def _entry_title(entry: Entry) -> str:
    match entry:
        case VdevEntry():
            return f"vdev {entry.id}"
        case RawEntry():
            return f"{entry_type(entry)} {entry.type_number}"
        case _:
            return f"{entry_type(entry)} {entry.name}".rstrip()


def _field_changes(old: Entry, new: Entry) -> Sequence[str]:
    fields = [name for name in type(new).__slots__ if name not in ("index", "offset")]
    pairs = [(name, getattr(old, name), getattr(new, name)) for name in fields]
    return [f"{name} {_value(before)} {ARROW} {_value(after)}" for name, before, after in pairs if before != after]


def _value(value: object) -> str:
    if isinstance(value, int):
        return f"{value:#x}"
    if isinstance(value, tuple):
        return f"{len(value)} rings" if value else "none"
    return value.hex() if isinstance(value, bytes) else str(value)
