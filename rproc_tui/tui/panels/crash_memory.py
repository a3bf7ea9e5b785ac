"""The memory of a dump in hex, with the names of what lies there and the registers that point to it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from rich.cells import cell_len
from textual.content import Content

from rproc_tui.crash.dump import Dump, DumpSegment
from rproc_tui.crash.symbols import Symbols
from rproc_tui.firmware.units import size_text
from rproc_tui.tui.panels.columns import cut

PER_ROW = 16
"""Bytes of a row; half of them where names would find no room beside the text."""
_ROOMY = 92
"""Cells from which on they do."""
NO_MEMORY = "no memory was kept of this crash"
_NAMED_WIDTH = 14
"""Cells for names behind the text, at least; where there are fewer no names are shown."""
_POINTING = (
    "pc",
    "sp",
    "lr",
    "ra",
    "fp",
    "s0",
    *(f"r{number}" for number in range(13)),
    *(f"a{number}" for number in range(8)),
)


@dataclass(frozen=True, slots=True)
class MemoryRows:
    """A dump as rows of 16 bytes under a heading for each stretch; a row is made when it is looked at."""

    dump: Dump
    symbols: Symbols
    registers: Mapping[str, int] = field(default_factory=dict)
    per_row: int = PER_ROW
    starts: tuple[int, ...] = ()
    """The row of each stretch's heading, and behind the last one the count of rows."""

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self.starts[-1] if self.starts and self.starts[-1] else 1

    def row_of(self, address: int) -> int | None:
        """The row that holds an address; None where the dump does not have it."""
        for index, segment in enumerate(self.dump.segments):
            if segment.address <= address < segment.address + segment.known:
                return self.starts[index] + 1 + (address - self._base(segment)) // self.per_row
        return None

    def address_of(self, row: int) -> int | None:
        """The address of a row's first byte; None on a heading."""
        found = self._segment_at(row)
        if found is None or row == found[1]:
            return None
        segment, start = found
        return self._base(segment) + (row - start - 1) * self.per_row

    def row(self, number: int, width: int) -> Content:
        """One row."""
        found = self._segment_at(number)
        if found is None:
            return Content.assemble((NO_MEMORY, "$label"))
        segment, start = found
        if number == start:
            return _segment_heading(segment)
        return self._bytes_row(segment, self._base(segment) + (number - start - 1) * self.per_row, width)

    def _segment_at(self, row: int) -> tuple[DumpSegment, int] | None:
        index = bisect_right(self.starts, row) - 1
        return (self.dump.segments[index], self.starts[index]) if 0 <= index < len(self.dump.segments) else None

    def _base(self, segment: DumpSegment) -> int:
        return _base(segment, self.per_row)

    def _bytes_row(self, segment: DumpSegment, address: int, width: int) -> Content:
        count, end = self.per_row, segment.address + segment.known
        first, last = max(address, segment.address), min(address + count, end)
        data = self.dump.read(first, last - first) or b""
        lead = first - address
        pairs = ["  "] * lead + [f"{byte:02x}" for byte in data] + ["  "] * (count - lead - len(data))
        text = " " * lead + "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in data)
        left = "  ".join(" ".join(pairs[at : at + 8]) for at in range(0, count, 8))
        empty = not any(data)
        line = Content.assemble(
            (f"{address:08x}  ", "$trace-time"),
            (left, "$dim" if empty else ""),
            "  ",
            (f"{text:<{count}}", "$dim" if empty else "$label"),
        )
        room = width - line.cell_length - 2
        return line if room < _NAMED_WIDTH else Content.assemble(line, "  ", *self._names(first, last, room))

    def _names(self, first: int, last: int, room: int) -> list[tuple[str, str]]:
        """Registers that point into a row, and functions or variables that begin in it or that it lies in."""
        pointing = [name for name in _POINTING if first <= self.registers.get(name, -1) < last]
        mark = f"◀ {' '.join(pointing)} " if pointing else ""
        begin = dict.fromkeys(self._beginning(first, last))
        names = " ".join(begin)
        return [(cut(mark, room), "bold $accent"), (cut(names, max(0, room - cell_len(mark))), "$foreground")]

    def _beginning(self, first: int, last: int) -> list[str]:
        names = []
        for address in range(first & ~3, last, 4):
            found = self.symbols.symbol_at(address)
            if found is not None and found[1] < 4 and address - found[1] >= first:
                names.append(found[0])
        return names


def memory_rows(dump: Dump, symbols: Symbols, registers: Mapping[str, int], width: int = _ROOMY) -> MemoryRows:
    """The rows of a dump for so many cells."""
    per_row = PER_ROW if width >= _ROOMY else PER_ROW // 2
    counts = [1 + _rows(segment, per_row) for segment in dump.segments]
    return MemoryRows(dump, symbols, registers, per_row, tuple(accumulate(counts, initial=0)))


def memory_title(rows: MemoryRows, row: int) -> str:
    """What the first row in sight is about: `Memory · 23000fa0 · main_stack+4000`."""
    address = rows.address_of(row)
    if address is None:
        return "Memory"
    name = rows.symbols.name_at(address)
    return f"Memory · {address:08x}{f' · {name}' if name else ''}"


def find_address(text: str, rows: MemoryRows) -> int | None:
    """What a person means by a register, the name of a function or variable, or a number; None where it is none."""
    word = text.strip()
    if word.lower() in rows.registers:
        return rows.registers[word.lower()]
    name, sign, offset = word.partition("+")
    found = rows.symbols.symbol_named(name.strip())
    try:
        if found is not None:
            return found[0] + (int(offset, 0) if sign else 0)
        return int(word, 0 if word.lower().startswith("0x") else 16)
    except ValueError:
        return None


def held_text(dump: Dump) -> str:
    """Which memory a dump has, in words."""
    held = [f"{one.address:#010x}-{one.address + one.known - 1:#010x}" for one in dump.segments if one.known]
    return ", ".join(held[:4]) + (" …" if len(held) > 4 else "") if held else "none"


def _base(segment: DumpSegment, per_row: int) -> int:
    """The address of its first row: rows begin at multiples of their size."""
    return segment.address - segment.address % per_row


def _rows(segment: DumpSegment, per_row: int) -> int:
    return -(-(segment.address + segment.known - _base(segment, per_row)) // per_row) if segment.known else 0


def _segment_heading(segment: DumpSegment) -> Content:
    lacking = segment.size - segment.known
    return Content.assemble(
        (f"{segment.address:#010x}  {size_text(segment.size)}", "bold $accent"),
        (f"  {segment.name}" if segment.name else "", "bold"),
        (f"  {size_text(lacking)} of it could not be read" if lacking else "", "$warning"),
    )
