"""`rproc-tui coredump FILE [--firmware ELF]`: what a dump tells. Exit 0 when it is one, 1 when nothing can be read."""

from __future__ import annotations

import argparse
import mmap
import os
import stat
from collections.abc import Sequence

from rproc_tui.commands.session import print_json
from rproc_tui.crash.decode import decode
from rproc_tui.crash.dump import Dump, Layout
from rproc_tui.crash.evidence import Evidence, FirmwareFile
from rproc_tui.crash.examine import examine
from rproc_tui.errors import FirmwareError, UsageError
from rproc_tui.firmware.container import XZ, ZSTD
from rproc_tui.firmware.image import Image
from rproc_tui.firmware.inspect import facts
from rproc_tui.sanitise import sanitise

FIRMWARE_MOST = 256 << 20
"""Bytes of a firmware file that is read."""
TEXT_MOST = 16 << 20
"""Bytes of the end of a log that are read."""


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's own arguments."""
    parser.add_argument("file", metavar="FILE", help="a dump: of devcoredump, or an ELF core of a debugger")
    parser.add_argument("--firmware", metavar="ELF", help="the firmware that ran, for names and lines")
    parser.add_argument("--registers", metavar="FILE", help="the `regs` file of the processor, as it was then")
    parser.add_argument("--trace", metavar="FILE", help="the firmware's log up to the crash")
    parser.add_argument("--kernel-log", metavar="FILE", help="the kernel's log around the crash")
    parser.add_argument("--name", metavar="NAME", help="the processor's name in that log")
    parser.add_argument("--core", metavar="KIND", help="core kind, where no file tells (cortex-m4, cortex-r5)")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print everything as one JSON object")
    shape.add_argument("--markdown", action="store_true", help="print it for a bug report")


def run(options: argparse.Namespace) -> int:
    """Read, examine, print."""
    dump = _dump(options.file)
    report = examine(
        Evidence(
            dump=dump,
            firmware=None if options.firmware is None else _firmware(options.firmware),
            registers="\n".join(_lines(options.registers)),
            trace=_lines(options.trace),
            kernel_lines=_lines(options.kernel_log),
            processor=options.name,
            core=options.core,
        )
    )
    if options.json:
        from rproc_tui.crash.report_json import report_json  # noqa: PLC0415 (one way of printing is enough)

        print_json(report_json(report))
    elif options.markdown:
        from rproc_tui.crash.report_markdown import report_markdown  # noqa: PLC0415 (same)

        print(report_markdown(report), end="")
    else:
        from rproc_tui.crash.report_text import report_lines  # noqa: PLC0415 (same)

        print("\n".join(report_lines(report)))
    return 1 if dump.layout is Layout.NONE else 0


def _dump(path: str) -> Dump:
    image, size = _map(path)
    return decode(image, size)


def _map(path: str) -> tuple[Image, int]:
    """A file as memory: only what is looked at is read."""
    descriptor = _open(path)
    try:
        size = os.fstat(descriptor).st_size
        return (b"", 0) if not size else (mmap.mmap(descriptor, size, access=mmap.ACCESS_READ), size)
    finally:
        os.close(descriptor)


def _firmware(path: str) -> FirmwareFile:
    content = _read(path, FIRMWARE_MOST)
    if len(content) == FIRMWARE_MOST:
        raise FirmwareError(f"{path} is larger than {FIRMWARE_MOST >> 20} MiB, which is no firmware")
    found = facts(os.path.basename(path), content, len(content))
    if found.container in {XZ, ZSTD}:
        from rproc_tui.firmware.decompress import unpack  # noqa: PLC0415 (packed files are rare, lzma loads slowly)

        content = unpack(content, len(content), found.container).data or content
    return FirmwareFile(found, content, len(content))


def _lines(path: str | None) -> Sequence[str]:
    """The lines of a log's end."""
    if path is None:
        return ()
    return [sanitise(line) for line in _read(path, TEXT_MOST, from_end=True).decode(errors="replace").splitlines()]


def _read(path: str, most: int, *, from_end: bool = False) -> bytes:
    descriptor = _open(path)
    with os.fdopen(descriptor, "rb") as file:
        if from_end:
            file.seek(max(0, os.fstat(descriptor).st_size - most))
        return file.read(most)


def _open(path: str) -> int:
    """A regular file; opening anything else might wait, or do something."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError(f"{path} is no regular file")
    return descriptor
