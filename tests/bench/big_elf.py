"""`inspect` and `check` of a large firmware against `readelf -lS` and an interpreter that only starts."""

from __future__ import annotations

import os
import pathlib
import shutil
import struct
import sys
import tempfile
from collections.abc import Iterator

from tests.bench.measure import Measure, command_seconds
from tests.bench.start_up import PROGRAM

SIZE = 15 * 1024 * 1024
SECTIONS = 120


def run() -> Iterator[Measure]:
    """Skipped where there is no readelf."""
    readelf = shutil.which("readelf")
    if readelf is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "big.elf"
        path.write_bytes(big_elf())
        mine = {verb: command_seconds((*PROGRAM, verb, str(path))) for verb in ("inspect", "check")}
        theirs = command_seconds((readelf, "-lSW", str(path))) + command_seconds((sys.executable, "-c", "pass"))
    for verb, seconds in mine.items():
        note = f"{seconds * 1e3:.0f} ms / {theirs * 1e3:.0f} ms"
        yield Measure(f"{verb} of a 15 MB ELF", seconds / theirs, 1.5, "x readelf", note)


def big_elf() -> bytes:
    """An ELF32 for ARM with many sections, mostly debug information."""
    names = b"\0" + b"".join(b".debug_%d\0" % number for number in range(SECTIONS)) + b".shstrtab\0"
    piece = (SIZE - 4096) // SECTIONS
    body = os.urandom(piece) * SECTIONS
    data_at = 52 + 32
    names_at = data_at + len(body)
    sections_at = names_at + len(names)
    sections, at = [bytes(40)], 1
    for number in range(SECTIONS):
        sections.append(struct.pack("<10I", at, 1, 0, 0, data_at + number * piece, piece, 0, 0, 1, 0))
        at += len(b".debug_%d\0" % number)
    sections.append(struct.pack("<10I", at, 3, 0, 0, names_at, len(names), 0, 0, 1, 0))
    ident = b"\x7fELF\x01\x01\x01" + bytes(9)
    header = struct.pack(
        "<16sHHIIIIIHHHHHH",
        ident,
        2,
        40,
        1,
        0x1000_0001,
        52,
        sections_at,
        0x0500_0200,
        52,
        32,
        1,
        40,
        SECTIONS + 2,
        SECTIONS + 1,
    )
    segment = struct.pack("<8I", 1, data_at, 0x1000_0000, 0x1000_0000, 4096, 4096, 5, 4)
    return header + segment + body + names + b"".join(sections)
