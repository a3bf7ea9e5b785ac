"""Writes the bytes of a variable as a person reads them, by its type."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable
from dataclasses import dataclass

from elftools.dwarf.die import DIE

from rproc_tui.crash.dwarf.types import (
    BOOLEAN,
    DW_TAG_ENUMERATOR,
    DW_TAG_MEMBER,
    FLOAT,
    POINTERS,
    SIGNED,
    SIGNED_CHAR,
    UNSIGNED_CHAR,
    Types,
    is_character,
)
from rproc_tui.crash.values import Memory
from rproc_tui.sanitise import sanitise_bytes

ELEMENTS_MOST = 8
"""Elements of an array and members of a structure that are shown."""
DEPTH_MOST = 2
"""Structures in structures that are shown."""
TEXT_MOST = 48
"""Bytes of a text that are shown."""
_HEX_FROM = 0x10000
"""A number from here on is shown as hexadecimal too: it may be an address or bits."""


@dataclass(frozen=True, slots=True)
class Writer:
    """What turns bytes into text."""

    types: Types
    memory: Memory
    word: int
    little: bool
    name_at: Callable[[int], str | None]
    """The function or variable at an address, as `name` or `name+4`."""

    def text(self, type_: DIE | None, data: bytes, depth: int = 0) -> str:
        """The value, sanitised. Raises MALFORMED for types that make no sense."""
        type_ = self.types.strip(type_)
        if type_ is None:
            return data.hex(" ")
        write = _WRITERS.get(str(type_.tag))
        return write(self, type_, data, depth) if write else data.hex(" ")

    def number(self, data: bytes, *, signed: bool = False) -> int:
        """Bytes in the machine's order."""
        return int.from_bytes(data, "little" if self.little else "big", signed=signed)

    def _base(self, type_: DIE, data: bytes, _depth: int) -> str:
        encoding = type_.attributes["DW_AT_encoding"].value
        if encoding == BOOLEAN:
            return {0: "false", 1: "true"}.get(self.number(data), str(self.number(data)))
        if encoding == FLOAT:
            return self._float(data)
        value = self.number(data, signed=encoding in {SIGNED, SIGNED_CHAR})
        if encoding in {SIGNED_CHAR, UNSIGNED_CHAR}:
            return f"{value} '{chr(value)}'" if 0x20 <= value < 0x7F else str(value)
        return f"{value} ({self.number(data):#x})" if abs(value) >= _HEX_FROM else str(value)

    def _float(self, data: bytes) -> str:
        letter = {4: "f", 8: "d"}.get(len(data))
        if letter is None:
            return data.hex(" ")
        (value,) = struct.unpack(("<" if self.little else ">") + letter, data)
        return f"{value:.9g}" if letter == "f" else repr(value)

    def _pointer(self, type_: DIE, data: bytes, _depth: int) -> str:
        address = self.number(data)
        name = self.name_at(address) if address else None
        text = f"{address:#0{2 + 2 * self.word}x}" + (f" <{name}>" if name else "")
        target = self.types.strip(self.types.of(type_))
        if address and target is not None and is_character(target):
            return f"{text} {self._text_at(address)}".rstrip()
        return text

    def _text_at(self, address: int) -> str:
        """The text at an address, as much of it as is there."""
        for size in (TEXT_MOST, 16, 4, 1):
            data = self.memory.read(address, size)
            if data is not None:
                return _quoted(data)
        return ""

    def _enumeration(self, type_: DIE, data: bytes, _depth: int) -> str:
        values = {self.number(data), self.number(data, signed=True)}
        for one in self.types.children(type_, DW_TAG_ENUMERATOR):
            if one.attributes["DW_AT_const_value"].value in values:
                return self.types.own_name(one) or str(self.number(data))
        return str(self.number(data))

    def _structure(self, type_: DIE, data: bytes, depth: int) -> str:
        if depth >= DEPTH_MOST:
            return "{…}"
        members = list(itertools.islice(self.types.children(type_, DW_TAG_MEMBER), ELEMENTS_MOST + 1))
        parts = [
            f"{self.types.own_name(one) or '…'} = {self._member(one, data, depth)}" for one in members[:ELEMENTS_MOST]
        ]
        return "{" + ", ".join(parts + ["…"] * (len(members) > ELEMENTS_MOST)) + "}"

    def _member(self, member: DIE, data: bytes, depth: int) -> str:
        type_, attributes = self.types.of(member), member.attributes
        if "DW_AT_bit_size" in attributes:
            return self._bits(member, data)
        place = attributes.get("DW_AT_data_member_location")
        offset = 0 if place is None else place.value
        size = self.types.size(type_)
        if not isinstance(offset, int) or size is None or offset + size > len(data):
            return "?"
        return self.text(type_, data[offset : offset + size], depth + 1)

    def _bits(self, member: DIE, data: bytes) -> str:
        """A bit field, as DWARF 4 and later place it in little-endian memory."""
        place, size = member.attributes.get("DW_AT_data_bit_offset"), member.attributes["DW_AT_bit_size"].value
        if place is None or not self.little:
            return "?"
        return str(self.number(data) >> place.value & (1 << size) - 1)

    def _array(self, type_: DIE, data: bytes, depth: int) -> str:
        element, counts = self.types.of(type_), self.types.counts(type_)
        size = self.types.size(element)
        if not size or len(counts) != 1:
            return data[: 4 * ELEMENTS_MOST].hex(" ") + ("…" if len(data) > 4 * ELEMENTS_MOST else "")
        stripped = self.types.strip(element)
        if stripped is not None and is_character(stripped):
            return _quoted(data)
        count = len(data) // size
        shown = [
            self.text(element, data[at * size : at * size + size], depth + 1) for at in range(count)[:ELEMENTS_MOST]
        ]
        return "[" + ", ".join(shown + [f"… {count}"] * (count > ELEMENTS_MOST)) + "]"


def _quoted(data: bytes) -> str:
    text, end, _rest = data[:TEXT_MOST].partition(b"\0")
    return '"' + sanitise_bytes(text) + ('"' if end or len(data) < TEXT_MOST else '…"')


_WRITERS: dict[str, Callable[[Writer, DIE, bytes, int], str]] = {
    "DW_TAG_base_type": Writer._base,  # noqa: SLF001 (this page's own)
    "DW_TAG_enumeration_type": Writer._enumeration,  # noqa: SLF001
    "DW_TAG_structure_type": Writer._structure,  # noqa: SLF001
    "DW_TAG_class_type": Writer._structure,  # noqa: SLF001
    "DW_TAG_union_type": Writer._structure,  # noqa: SLF001
    "DW_TAG_array_type": Writer._array,  # noqa: SLF001
    **dict.fromkeys(POINTERS, Writer._pointer),  # noqa: SLF001
}
