"""Coredumps as the kernel's devcoredump.c hands them out: found, read in chunks, checked for wholeness, and freed.

The kernel keeps one dump a processor, for five minutes, and drops every later crash's dump while it waits. An `inline`
dump holds the processor's recovery up until it is freed.
"""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.reading import try_link

KEPT_SECONDS = 300.0
"""How long the kernel keeps a dump from its creation."""

CHUNK = 1024 * 1024
"""Bytes that are read at a time."""

DUMP_MOST = 4 * 1024**3
"""Bytes of the largest dump that is read: all memory of a 32-bit processor."""

_NAME = re.compile(r"devcd[0-9]{1,9}")
_SHT_NOBITS = 8


async def find(host: Host, processor_id: str) -> str | None:
    """The dump of a processor that waits (`devcd3`); None when there is none."""
    target = await try_link(host, paths.attribute(processor_id, "devcoredump"))
    name = "" if target is None else posixpath.basename(target)
    return name if _NAME.fullmatch(name) else None


async def chunks(host: Host, dump: str, *, most: int = DUMP_MOST) -> AsyncIterator[bytes]:
    """Its content, piece by piece, to the end or to `most` bytes; OSError(ENOENT) when the kernel has freed it.

    Reading takes nothing away: it can be read again until it is freed.
    """
    offset = 0
    while offset < most:
        chunk = await host.read(paths.dump_data(dump), limit=min(CHUNK, most - offset), offset=offset)
        if not chunk:  # a short read is no end: an inline dump gives its header first
            return
        offset += len(chunk)
        yield chunk


async def free(host: Host, dump: str) -> None:
    """Throw it away; an inline dump's processor then goes on recovering. OSError(ENOENT) when it is gone already."""
    await host.write(paths.dump_data(dump), b"1")


@dataclass(frozen=True, slots=True)
class _Table:
    """Program or section headers: where they are and how to read where each one's bytes end."""

    offset: int
    entry: int
    count: int
    fields: tuple[str, int, int, int]
    """Format, and the indices of type, offset and size in it."""
    empty_type: int | None
    """The type of headers that have no bytes in the file."""


def expected_size(head: bytes) -> int | None:
    """The length that a dump's own headers claim, bytes; None when it is no ELF file or the headers are not whole.

    `head` is the beginning of the dump, with all program headers or section headers, which come first in both layouts.
    """
    table = _table(head)
    if table is None or len(head) < table.offset + table.entry * table.count:
        return None
    end = table.offset + table.entry * table.count
    form, kind, offset, size = table.fields
    for index in range(table.count):
        values = struct.unpack_from(form, head, table.offset + index * table.entry)
        if values[kind] != table.empty_type:
            end = max(end, values[offset] + values[size])
    return end


def _table(head: bytes) -> _Table | None:
    if len(head) < 52 or head[:4] != b"\x7fELF" or head[4] not in (1, 2) or (head[4] == 2 and len(head) < 64):
        return None
    wide = head[4] == 2
    e_phoff, e_shoff = struct.unpack_from("<QQ" if wide else "<II", head, 32 if wide else 28)
    _, _, e_phnum, _, e_shnum, _ = struct.unpack_from("<6H", head, 52 if wide else 40)
    if e_phnum:
        fields = ("<IIQQQQ", 0, 2, 5) if wide else ("<IIIII", 0, 1, 4)
        return _Table(e_phoff, 56 if wide else 32, e_phnum, fields, None)
    if e_shnum:
        fields = ("<IIQQQQ", 1, 4, 5) if wide else ("<IIIIII", 1, 4, 5)
        return _Table(e_shoff, 64 if wide else 40, e_shnum, fields, _SHT_NOBITS)
    return None


def check(head: bytes, size: int) -> str | None:
    """What is wrong with a dump of `size` bytes that begins with `head`, in one sentence; None when it is whole."""
    expected = expected_size(head)
    if expected is None:
        return "the dump is no ELF file with readable headers"
    if size < expected:
        return f"the dump is cut off: {size} of {expected} bytes"
    return None
