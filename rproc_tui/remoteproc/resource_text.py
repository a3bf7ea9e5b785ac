"""What debugfs shows of the table that counts now (`resource_table`). A running firmware may scribble in it."""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.c_text import c_string, int32
from rproc_tui.remoteproc.pointer_text import hashed_pointer

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc

TEXT_MOST = 4 << 20
"""Bytes after which the text ends; a kernel prints on until it has no memory left."""

_HEADER = 16
_CARVEOUT, _DEVMEM, _TRACE, _VDEV = range(4)


def resource_table_text(rproc: Rproc) -> bytes:
    """Every entry; where the kernel would read beyond the table, the text ends."""
    table = rproc.table
    if table is None:
        return b"No resource table found\n"
    out = bytearray()
    with suppress(struct.error):
        for index in range(struct.unpack_from("<I", table, 4)[0]):
            (offset,) = struct.unpack_from("<I", table, _HEADER + 4 * index)
            (kind,) = struct.unpack_from("<I", table, offset)
            out += _entry(rproc, table, index, kind, offset)
            if len(out) > TEXT_MOST:
                break
    return bytes(out)


def _entry(rproc: Rproc, table: memoryview, index: int, kind: int, offset: int) -> bytes:
    payload = table[offset + 4 :]
    match kind:
        case 0 | 1:
            return _memory(index, "carveout" if kind == _CARVEOUT else "devmem", payload)
        case 2:
            return _trace(index, payload)
        case 3:
            return _vdev(index, payload)
        case _:
            pointer = hashed_pointer("table", rproc.index, offset)
            return f"Unknown resource type found: {int32(kind)} [hdr: {pointer}]\n".encode()


def _memory(index: int, word: str, payload: memoryview) -> bytes:
    da, pa, length, flags, reserved = struct.unpack_from("<4Ii", payload)
    text = (
        f"Entry {index} is of type {word}\n"
        f"  Device Address 0x{da:x}\n"
        f"  Physical Address 0x{pa:x}\n"
        f"  Length 0x{length:x} Bytes\n"
        f"  Flags 0x{flags:x}\n"
        f"  Reserved (should be zero) [{reserved}]\n"
    )
    return text.encode() + b"  Name " + c_string(payload, 20) + b"\n\n"


def _trace(index: int, payload: memoryview) -> bytes:
    da, length, reserved = struct.unpack_from("<IIi", payload)
    text = (
        f"Entry {index} is of type trace\n"
        f"  Device Address 0x{da:x}\n"
        f"  Length 0x{length:x} Bytes\n"
        f"  Reserved (should be zero) [{reserved}]\n"
    )
    return text.encode() + b"  Name " + c_string(payload, 12) + b"\n\n"


def _vdev(index: int, payload: memoryview) -> bytes:
    device_id, notifyid, dfeatures, gfeatures, config_length = struct.unpack_from("<ii3I", payload)
    status, vrings, reserved, reserved_too = struct.unpack_from("<4B", payload, 20)
    text = (
        f"Entry {index} is of type vdev\n"
        f"  ID {device_id}\n"
        f"  Notify ID {notifyid}\n"
        f"  Device features 0x{dfeatures:x}\n"
        f"  Guest features 0x{gfeatures:x}\n"
        f"  Config length 0x{config_length:x}\n"
        f"  Status 0x{status:x}\n"
        f"  Number of vrings {vrings}\n"
        f"  Reserved (should be zero) [{reserved}][{reserved_too}]\n\n"
    )
    for ring in range(vrings):
        da, align, num, ring_notifyid, pa = struct.unpack_from("<IiiiI", payload, 24 + 20 * ring)
        text += (
            f"  Vring {ring}\n"
            f"    Device Address 0x{da:x}\n"
            f"    Alignment {align}\n"
            f"    Number of buffers {num}\n"
            f"    Notify ID {ring_notifyid}\n"
            f"    Physical Address 0x{pa:x}\n\n"
        )
    return text.encode()
