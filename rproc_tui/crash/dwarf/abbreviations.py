"""Abbreviations: which attributes an entry of `.debug_info` has, so how long it is (DWARF 5, sections 7.5.3, 7.5.6).

pyelftools decodes entries one object at a time; to find the few that matter among many thousands they are stepped over
here by their length alone.
"""

from __future__ import annotations

from typing import NamedTuple

from rproc_tui.crash.dwarf.number import uleb128

DW_FORM_IMPLICIT_CONST = 0x21

LEB = -1
STRING = -2
BLOCK = -3
BLOCK1 = -4
BLOCK2 = -5
BLOCK4 = -6
"""Lengths that stand in the entry itself."""
_ADDRESS = -7
_OFFSET = -8
_REFERENCE = -9
"""Lengths that the unit's header decides."""

_FORMS = {
    0x01: _ADDRESS,
    0x03: BLOCK2,
    0x04: BLOCK4,
    0x05: 2,
    0x06: 4,
    0x07: 8,
    0x08: STRING,
    0x09: BLOCK,
    0x0A: BLOCK1,
    0x0B: 1,
    0x0C: 1,
    0x0D: LEB,
    0x0E: _OFFSET,
    0x0F: LEB,
    0x10: _REFERENCE,
    0x11: 1,
    0x12: 2,
    0x13: 4,
    0x14: 8,
    0x15: LEB,
    0x17: _OFFSET,
    0x18: BLOCK,
    0x19: 0,
    0x1A: LEB,
    0x1B: LEB,
    0x1C: 4,
    0x1D: _OFFSET,
    0x1E: 16,
    0x1F: _OFFSET,
    0x20: 8,
    DW_FORM_IMPLICIT_CONST: 0,
    0x22: LEB,
    0x23: LEB,
    0x24: 8,
    0x25: 1,
    0x26: 2,
    0x27: 3,
    0x28: 4,
    0x29: 1,
    0x2A: 2,
    0x2B: 3,
    0x2C: 4,
    0x1F01: LEB,
    0x1F02: LEB,
    0x1F20: _OFFSET,
    0x1F21: _OFFSET,
}
"""DW_FORM_ to bytes or to one of the lengths above. DW_FORM_indirect is missing: no compiler writes it."""


class Abbreviation(NamedTuple):
    """One kind of entry."""

    tag: int
    has_children: bool
    steps: tuple[int, ...]
    """How to get over it: bytes, or one of the variable lengths."""


def read_abbreviations(
    data: bytes, at: int, *, address_size: int, offset_size: int, version: int
) -> dict[int, Abbreviation]:
    """The table at an offset of `.debug_abbrev`, by code."""
    sizes = {_ADDRESS: address_size, _OFFSET: offset_size, _REFERENCE: address_size if version < 3 else offset_size}
    table: dict[int, Abbreviation] = {}
    while True:
        code, at = uleb128(data, at)
        if code == 0:
            return table
        tag, at = uleb128(data, at)
        has_children = bool(data[at])
        lengths, at = _lengths(data, at + 1, sizes)
        table[code] = Abbreviation(tag, has_children, _merge(lengths))


def _lengths(data: bytes, at: int, sizes: dict[int, int]) -> tuple[list[int], int]:
    lengths: list[int] = []
    while True:
        name, at = uleb128(data, at)
        form, at = uleb128(data, at)
        if form == DW_FORM_IMPLICIT_CONST:
            _value, at = uleb128(data, at)
        if name == form == 0:
            return lengths, at
        length = _FORMS[form]
        lengths.append(sizes.get(length, length))


def _merge(lengths: list[int]) -> tuple[int, ...]:
    """Neighbours of known length become one step."""
    steps: list[int] = []
    for length in lengths:
        if length > 0 and steps and steps[-1] > 0:
            steps[-1] += length
        elif length != 0:
            steps.append(length)
    return tuple(steps)
