"""Walks the tree of entries of a unit in `.debug_info`, stopping only at the kinds that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rproc_tui.crash.dwarf.abbreviations import BLOCK, BLOCK1, BLOCK2, BLOCK4, LEB, STRING, Abbreviation
from rproc_tui.crash.dwarf.number import uleb128

DW_TAG_FORMAL_PARAMETER = 0x05
DW_TAG_LEXICAL_BLOCK = 0x0B
DW_TAG_INLINED_SUBROUTINE = 0x1D
DW_TAG_SUBPROGRAM = 0x2E
DW_TAG_VARIABLE = 0x34


ENTRIES_MOST = 1 << 22
"""Entries of one tree; a second's work."""


class Entry(NamedTuple):
    """Where an entry stands."""

    offset: int
    """In `.debug_info`."""
    tag: int
    depth: int
    """0 for the one that the walk begins at."""


def walk(
    data: bytes, at: int, end: int, abbreviations: Mapping[int, Abbreviation], wanted: frozenset[int], *, little: bool
) -> Iterator[Entry]:
    """The entries of the wanted kinds in a tree, in file order. Raises LookupError or ValueError for nonsense."""
    depth = 0
    for _entry in range(ENTRIES_MOST):
        if at >= end:
            return
        offset = at
        code = data[at]
        at += 1
        if code >= 0x80:
            code, at = uleb128(data, offset)
        if code == 0:
            depth -= 1
            if depth <= 0:
                return
            continue
        tag, has_children, steps = abbreviations[code]
        if tag in wanted:
            yield Entry(offset, tag, depth)
        for step in steps:
            at = at + step if step > 0 else _over(data, at, step, little=little)
        if has_children:
            depth += 1
        elif depth == 0:
            return


def entry_length(data: bytes, at: int, abbreviations: Mapping[int, Abbreviation], *, little: bool) -> int:
    """The bytes of one entry. Raises LookupError or ValueError for nonsense."""
    code, behind = uleb128(data, at)
    for step in abbreviations[code].steps if code else ():
        behind = behind + step if step > 0 else _over(data, behind, step, little=little)
    return behind - at


def _over(data: bytes, at: int, step: int, *, little: bool) -> int:
    """The offset behind an attribute of variable length."""
    if step == LEB:
        while data[at] >= 0x80:
            at += 1
        return at + 1
    if step == STRING:
        return data.index(b"\0", at) + 1
    if step == BLOCK:
        length, at = uleb128(data, at)
        return at + length
    width = {BLOCK1: 1, BLOCK2: 2, BLOCK4: 4}[step]
    return at + width + int.from_bytes(data[at : at + width], "little" if little else "big")
