"""Opens the debug sections of an ELF file for pyelftools.

pyelftools reads files too, but takes a NOBITS section of 4 GB at its word, and a text without an end byte by byte.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import cast

from elftools.dwarf.dwarfinfo import DebugSectionDescriptor, DwarfConfig, DWARFInfo

from rproc_tui.crash.section_content import section_content
from rproc_tui.firmware.elf_header import ElfHeader
from rproc_tui.firmware.facts import Section
from rproc_tui.firmware.image import Image

TEXT_LIMIT = 4096
"""Bytes of a name or path."""

_NAMES = (
    *("debug_info", "debug_abbrev", "debug_str", "debug_loc", "debug_ranges"),
    *("debug_line", "debug_addr", "debug_str_offsets", "debug_line_str", "debug_loclists", "debug_rnglists"),
)
_UNUSED = (
    "eh_frame",
    "debug_pubtypes",
    "debug_pubnames",
    "debug_sup",
    "gnu_debugaltlink",
    "debug_types",
    "debug_aranges",
    "debug_frame",
)


class DebugSections(DWARFInfo):
    """pyelftools' view of the sections, with texts that end."""

    def get_string_from_table(self, offset: int) -> bytes | None:
        """A text of `.debug_str`."""
        return _text(content(self.debug_str_sec), offset)

    def get_string_from_linetable(self, offset: int) -> bytes | None:
        """A text of `.debug_line_str`."""
        return _text(content(self.debug_line_str_sec), offset)


def open_debug_sections(
    image: Image, size: int, header: ElfHeader, sections: Sequence[Section]
) -> DebugSections | None:
    """The debug information; None where there is none or its main parts are missing."""
    by_name = {section.name: section for section in reversed(sections)}
    found = {}
    for name in _NAMES:
        data = section_content(image, size, header, by_name.get(f".{name}"))
        found[f"{name}_sec"] = (
            None if data is None else DebugSectionDescriptor(io.BytesIO(data), f".{name}", None, len(data), 0)
        )
    if found["debug_info_sec"] is None or found["debug_abbrev_sec"] is None:
        return None
    nothing = dict.fromkeys(f"{name}_sec" for name in _UNUSED)
    config = DwarfConfig(header.endian == "little", "", header.bits // 8)
    return DebugSections(config=config, **found, **nothing)


def content(section: DebugSectionDescriptor | None) -> bytes:
    """The bytes of a section that was opened here, without copying; empty for a missing one."""
    return b"" if section is None else cast("io.BytesIO", section.stream).getvalue()


def _text(data: bytes, offset: int) -> bytes:
    end = data.find(b"\0", offset, offset + TEXT_LIMIT)
    return data[offset : end if end >= 0 else offset + TEXT_LIMIT]
