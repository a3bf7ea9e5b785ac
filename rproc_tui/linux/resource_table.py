"""The text of debugfs `resource_table`, as the kernel's remoteproc_debugfs.c prints it, turned into a table.

The text is the firmware's: names may run on without an end, fields may be missing, the end may be cut off. What can be
read is kept, what cannot be is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rproc_tui.linux.problems import Problems
from rproc_tui.model.resource_table import (
    CarveoutEntry,
    DevmemEntry,
    Entry,
    RawEntry,
    ResourceTable,
    TraceEntry,
    VdevEntry,
    Vring,
)
from rproc_tui.sanitise import sanitise_bytes

TEXT_MOST = 256 * 1024
"""Bytes of the text that are looked at; a table of a thousand entries has less."""

NAME_SIZE = 32
"""Bytes of a name in the table; what the kernel prints behind them is other memory."""

NO_TABLE = b"No resource table found"

_ENTRY = re.compile(rb"Entry (\d{1,10}) is of type (\S{1,32})")
_UNKNOWN = re.compile(rb"Unknown resource type found: (-?\d{1,10})")
_VRING = re.compile(rb"Vring \d{1,10}")
_FIELD = re.compile(
    rb"(Device Address|Physical Address|Length|Flags|Reserved \(should be zero\)|Name|ID|Notify ID|Device features"
    rb"|Guest features|Config length|Status|Number of vrings|Alignment|Number of buffers)(?: (.*))?"
)
_NUMBER = re.compile(rb"(-?)(0x[0-9a-fA-F]{1,16}|\d{1,20})(?: Bytes)?")
_U32 = 0xFFFFFFFF


@dataclass(slots=True)
class _Block:
    """One entry as text: its fields by their printed names, and those of its vrings."""

    index: int
    word: bytes
    type_number: int = 0
    fields: dict[bytes, bytes] = field(default_factory=dict)
    vrings: list[dict[bytes, bytes]] = field(default_factory=list)

    def put(self, name: bytes, value: bytes) -> None:
        """A field belongs to the last vring, where there is one; what a name without end repeats is not believed."""
        (self.vrings[-1] if self.vrings else self.fields).setdefault(name, value)


def parse(text: bytes) -> tuple[ResourceTable | None, tuple[str, ...]]:
    """The table, and what could not be read of it, a sentence each; no table is None without a problem."""
    if text.startswith(NO_TABLE):
        return None, ()
    problems = Problems("resource_table")
    blocks = _blocks(text[:TEXT_MOST], problems)
    entries = (_entry(block, problems) for block in blocks)
    kept = tuple(entry for entry in entries if entry is not None)
    return ResourceTable(entries=kept, num=len(blocks), ver=None), problems.sentences


def _blocks(text: bytes, problems: Problems) -> list[_Block]:
    blocks: list[_Block] = []
    for number, raw in enumerate(text.split(b"\n"), 1):
        line = raw.lstrip(b" \t")
        if not line or line.isspace():
            continue
        if match := _ENTRY.fullmatch(line):
            blocks.append(_Block(int(match[1]) & _U32, match[2]))
        elif match := _UNKNOWN.match(line):  # the one form that prints no index
            blocks.append(_Block(blocks[-1].index + 1 if blocks else 0, b"", int(match[1]) & _U32))
        elif blocks and _VRING.fullmatch(line):
            blocks[-1].vrings.append({})
        elif blocks and (match := _FIELD.fullmatch(line)):
            blocks[-1].put(match[1], match[2] or b"")
        else:
            problems.add(f"line {number} is no line of a table: {sanitise_bytes(line, limit=60)}")
    return blocks


def _entry(block: _Block, problems: Problems) -> Entry | None:
    take = _Fields(block.fields, f"entry {block.index}", problems)
    match block.word:
        case b"carveout" | b"devmem" as word:
            kind = CarveoutEntry if word == b"carveout" else DevmemEntry
            return kind(
                index=block.index,
                offset=None,
                da=take.number(b"Device Address"),
                pa=take.number(b"Physical Address"),
                len=take.number(b"Length"),
                flags=take.number(b"Flags"),
                name=take.name(),
            )
        case b"trace":
            da, length = take.number(b"Device Address"), take.number(b"Length")
            return TraceEntry(block.index, None, da=da, len=length, name=take.name())
        case b"vdev":
            return _vdev(block, take, problems)
        case b"":
            return RawEntry(block.index, None, block.type_number, b"")
        case other:
            problems.add(f"entry {block.index} is of an unknown type, {sanitise_bytes(other)}")
            return None


def _vdev(block: _Block, take: _Fields, problems: Problems) -> VdevEntry:
    return VdevEntry(
        index=block.index,
        offset=None,
        id=take.number(b"ID"),
        notifyid=take.number(b"Notify ID"),
        dfeatures=take.number(b"Device features"),
        gfeatures=take.number(b"Guest features"),
        config_len=take.number(b"Config length"),
        status=take.number(b"Status"),
        num_of_vrings=take.number(b"Number of vrings"),
        vrings=tuple(
            _vring(_Fields(fields, f"vring {number} of entry {block.index}", problems))
            for number, fields in enumerate(block.vrings)
        ),
    )


def _vring(take: _Fields) -> Vring:
    return Vring(
        da=take.number(b"Device Address"),
        align=take.number(b"Alignment"),
        num=take.number(b"Number of buffers"),
        notifyid=take.number(b"Notify ID"),
        pa=take.number(b"Physical Address"),
    )


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of one entry or vring, read one by one."""

    fields: dict[bytes, bytes]
    where: str
    problems: Problems

    def number(self, name: bytes) -> int:
        """Unsigned 32 bits, as in the table: `%d` prints half of them as negative. 0 where it is missing."""
        text = self.fields.get(name)
        match = None if text is None else _NUMBER.fullmatch(text)
        if match is None:
            self.problems.add(f"{self.where} has no readable {name.decode()}")
            return 0
        digits = match[2]
        value = int(digits, 16 if digits[:2] == b"0x" else 10)
        return (-value if match[1] else value) & _U32

    def name(self) -> str:
        """The name, at most as long as the table's field."""
        text = self.fields.get(b"Name")
        if text is None:
            self.problems.add(f"{self.where} has no readable Name")
        return sanitise_bytes((text or b"")[:NAME_SIZE])
