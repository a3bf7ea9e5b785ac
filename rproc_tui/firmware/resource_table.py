"""A binary resource table, decoded as the kernel walks it (remoteproc_elf_loader.c and remoteproc_core.c, 6.12.117)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from rproc_tui.firmware.facts import OK, Problem, Severity
from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.table_checks import check_entries, check_offsets
from rproc_tui.firmware.table_entries import Place, decode_entry
from rproc_tui.model.resource_table import Entry, ResourceTable

HEADER_SIZE = 16
VERSION = 1
ENTRIES_READ = 4096
"""Entries that are read at most; real tables have under twenty."""


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table was found, and how numbers are written there."""

    section: str
    offset: int
    size: int
    address: int
    prefix: str = "<"
    """The byte order as `struct` writes it."""


def parse_table(data: bytes, place: TablePlace, findings: Findings) -> ResourceTable | None:
    """The table in the bytes of its section; None when the header is so broken that nothing behind it means anything.

    A table whose reserved words or entries are broken is shown as far as it can be read.
    """
    refusal = _header_refusal(data, place.prefix)
    if refusal is not None:
        code, message, kernel = refusal
        findings.error(code, f"{message}; drivers that need a table refuse the file, others do without", kernel=kernel)
        findings = Findings()  # the kernel reads no further, so it has no words for what follows
        if code in ("table-headerless", "table-version"):
            return None
    ver, num = struct.unpack_from(place.prefix + "2I", data)
    offsets = _offsets(data, num, place.prefix, findings)
    entries = _entries(data, offsets, place.prefix, findings)
    check_offsets(offsets, entries, data, place.prefix, findings)
    check_entries(entries, findings)
    return ResourceTable(entries, num, ver, place.section, place.offset, place.size, place.address)


def table_verdict(problems: Sequence[Problem]) -> str:
    """The kernel's message for a table with these problems: what ends the boot, else what it complains about first."""
    spoken = [problem for problem in problems if problem.severity is Severity.ERROR and problem.kernel]
    first = next((problem for problem in spoken if problem.fatal), spoken[0] if spoken else None)
    return first.kernel or OK if first is not None else OK


def _header_refusal(data: bytes, prefix: str) -> tuple[str, str, str] | None:
    """Why the header is no good: a code, a sentence, and the kernel's message."""
    if len(data) < HEADER_SIZE:
        return (
            "table-headerless",
            f".resource_table has {len(data)} bytes and a table's header alone has {HEADER_SIZE}",
            "header-less resource table",
        )
    ver, num, *reserved = struct.unpack_from(prefix + "4I", data)
    if ver != VERSION:
        signed = ver - (1 << 32) if ver >= 1 << 31 else ver
        return "table-version", f"the table's version is {ver}, Linux knows only 1", f"unsupported fw ver: {signed}"
    if any(reserved):
        words = " ".join(f"{word:#x}" for word in reserved)
        return "table-reserved", f"the table's reserved words are {words}, not 0", "non zero reserved bytes"
    needed = HEADER_SIZE + 4 * num
    if needed > len(data):
        message = f"the table claims {num} entries, whose offsets end at {needed:#x}; it ends at {len(data):#x}"
        return "table-incomplete", message, "resource table incomplete"
    return None


def _offsets(data: bytes, num: int, prefix: str, findings: Findings) -> tuple[int, ...]:
    """Where the header says that the entries are; none when there is no room for so many."""
    if HEADER_SIZE + 4 * num > len(data):
        return ()
    if num > ENTRIES_READ:
        findings.warning("table-long", f"only the first {ENTRIES_READ} of {num} entries were read")
    return struct.unpack_from(f"{prefix}{min(num, ENTRIES_READ)}I", data, HEADER_SIZE)


def _entries(data: bytes, offsets: tuple[int, ...], prefix: str, findings: Findings) -> tuple[Entry, ...]:
    view = memoryview(data)
    ordered = sorted(set(offsets))
    ends = dict(zip(ordered, [*ordered[1:], len(data)], strict=False))
    out: list[Entry] = []
    for index, offset in enumerate(offsets):
        if offset < HEADER_SIZE or offset + 4 > len(data):
            findings.error(
                "entry-outside",
                f"entry {index} is said to be at {offset:#x}, outside the table's {len(data)} bytes or in its header",
                kernel="rsc table is truncated",
                fatal=True,
                index=index,
            )
            continue
        (type_number,) = struct.unpack_from(prefix + "I", data, offset)
        place = Place(index, offset, prefix, ends[offset])
        entry = decode_entry(type_number, view[offset + 4 :], place, findings)
        if entry is not None:
            out.append(entry)
    return tuple(out)
