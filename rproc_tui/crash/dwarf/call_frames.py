"""Call frame information: how to find a caller's registers from any instruction (`.debug_frame`; DWARF 5, section 6.4).

pyelftools decodes every entry of a file at once, over a second for 26 000 functions; here they are only listed, and the
one that has the address is decoded.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from rproc_tui.crash.dwarf.frame_program import Common, FrameRules, run
from rproc_tui.crash.dwarf.number import sleb128, uleb128

_CIE = 0xFFFFFFFF
_LONG = 0xFFFFFFFF
"""An initial length that announces 64-bit DWARF, which no firmware of 32 bits is written in."""
MOST = 1 << 20
"""Entries that are listed."""
INSTRUCTIONS_MOST = 1 << 16
"""Bytes of one description."""
_NEIGHBOURS = 64
"""Overlapping entries that are looked at: dropped functions leave theirs behind at address 0."""


class Description(NamedTuple):
    """A frame description entry: one function."""

    start: int
    end: int
    common_at: int
    instructions_at: int
    instructions_end: int


class CallFrames:
    """The call frame information of one file."""

    def __init__(self, section: bytes, *, address_size: int, little: bool) -> None:
        self._data = section
        self._little = little
        self._prefix = "<" if little else ">"
        self._address_size = address_size
        self._commons: dict[int, Common] = {}

    def rules_at(self, address: int) -> FrameRules | None:
        """How to unwind from an address; None where the file does not tell. Raises MALFORMED for nonsense."""
        found = self._description_at(address)
        if found is None:
            return None
        common = self._common(found.common_at)
        instructions = self._data[found.instructions_at : found.instructions_end][:INSTRUCTIONS_MOST]
        return run(common, instructions, address - found.start, little=self._little)

    def _description_at(self, address: int) -> Description | None:
        starts, descriptions = self._descriptions
        index = bisect_right(starts, address) - 1
        for candidate in range(index, max(-1, index - _NEIGHBOURS), -1):
            if address < descriptions[candidate].end:
                return descriptions[candidate]
        return None

    @cached_property
    def _descriptions(self) -> tuple[list[int], list[Description]]:
        """By their first address; what follows a broken entry cannot be found."""
        data, at = self._data, 0
        found: list[Description] = []
        head = struct.Struct(self._prefix + "II")
        pair = struct.Struct(self._prefix + ("II" if self._address_size == 4 else "QQ"))
        while at + head.size <= len(data) and len(found) < MOST:
            length, common_at = head.unpack_from(data, at)
            end = at + 4 + length
            if length == _LONG or end > len(data):
                break
            place = at + head.size
            if common_at != _CIE and length >= 4 + pair.size:
                start, size = pair.unpack_from(data, place)
                found.append(Description(start, start + size, common_at, place + pair.size, end))
            at = end
        found.sort()
        return [one.start for one in found], found

    def _common(self, at: int) -> Common:
        if at not in self._commons:
            self._commons[at] = self._read_common(at)
        return self._commons[at]

    def _read_common(self, at: int) -> Common:
        data = self._data
        length, mark = struct.unpack_from(self._prefix + "II", data, at)
        if mark != _CIE:
            raise ValueError("a frame description whose common part is none")
        version = data[at + 8]
        behind = data.index(b"\0", at + 9)
        if data[at + 9 : behind] not in {b"", b"armcc+"}:
            raise ValueError("an augmentation that nothing is known of")
        place = behind + (3 if version >= 4 else 1)
        code_factor, place = uleb128(data, place)
        data_factor, place = sleb128(data, place)
        register, place = (data[place], place + 1) if version == 1 else uleb128(data, place)
        return Common(code_factor, data_factor, register, data[place : at + 4 + length][:INSTRUCTIONS_MOST])
