"""From an address in a unit to a file and a line."""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import Any, NamedTuple

from rproc_tui.crash.dwarf.debug_sections import content
from rproc_tui.crash.dwarf.line_program import LineProgram
from rproc_tui.crash.dwarf.line_table import LineTable
from rproc_tui.crash.dwarf.unit import Unit
from rproc_tui.sanitise import sanitise_bytes

HEADER_MOST = 1 << 20
"""Bytes of a header: the names of some thousand files."""
_NAME_LIMIT = 1024


class SourceLine(NamedTuple):
    """A line of source."""

    file: str | None
    """Path as the compiler wrote it, with its folder; sanitised."""
    line: int | None


NOWHERE = SourceLine(None, None)


class SourceLines:
    """The lines of one unit."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def at(self, address: int, start: int | None = None) -> SourceLine:
        """The line that an address was compiled from; `start` is the first address of its function."""
        row = None if self._table is None else self._table.row_at(address, start)
        return NOWHERE if row is None else SourceLine(self.file(row.file), row.line or None)

    def file(self, index: int) -> str | None:
        """The path of a file by its number."""
        if self._raw is None:
            return None
        files = self._raw.header["file_entry"]
        index -= 0 if self._version >= 5 else 1
        if not 0 <= index < len(files):
            return None
        entry = files[index]
        return self._path(self._folder(entry["dir_index"]), _text(entry["name"]))

    def _folder(self, index: int) -> str:
        """A folder by its number; version 5 counts the unit's own, earlier ones take it for 0."""
        folders = self._raw.header["include_directory"]
        if self._version < 5:
            if index == 0:
                return ""
            index -= 1
        return _text(folders[index]) if 0 <= index < len(folders) else ""

    def _path(self, folder: str, name: str) -> str:
        parts = [part for part in (self._unit.folder, folder, name) if part]
        path = ""
        for part in parts:
            path = part if _is_absolute(part) or not path else f"{path}/{part}"
        return posixpath.normpath(path)

    @property
    def _version(self) -> int:
        return int(self._raw.header["version"])

    @cached_property
    def _raw(self) -> Any:
        """Pyelftools' program."""
        place = self._unit.top.attributes.get("DW_AT_stmt_list")
        if place is None:
            return None
        self._check(place.value)
        return self._unit.raw.dwarfinfo.line_program_for_CU(self._unit.raw)

    def _check(self, offset: int) -> None:
        """A header of sensible length: its names are read byte by byte."""
        word = self._unit.raw.structs.dwarf_format // 8
        version_at = offset + (4 if word == 4 else 12)
        length_at = version_at + (4 if self._number(version_at, 2) >= 5 else 2)
        length = self._number(length_at, word)
        if length > HEADER_MOST:
            raise ValueError(f"a line program with a header of {length} bytes")

    def _number(self, at: int, size: int) -> int:
        data = content(self._unit.raw.dwarfinfo.debug_line_sec)[at : at + size]
        return int.from_bytes(data, "little" if self._unit.little else "big")

    @cached_property
    def _table(self) -> LineTable | None:
        if self._raw is None:
            return None
        section = content(self._unit.raw.dwarfinfo.debug_line_sec)
        return LineProgram.of(self._raw, section, little=self._unit.little).run()


def _is_absolute(path: str) -> bool:
    """On Linux or on Windows, where most firmware is built."""
    return path.startswith(("/", "\\")) or path[1:3] in {":\\", ":/"}


def _text(name: bytes) -> str:
    return sanitise_bytes(name, limit=_NAME_LIMIT)
