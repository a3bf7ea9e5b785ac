"""`rproc-tui coredump FILE [--firmware ELF]`: what a dump tells. Exit 0 when it is one, 1 when nothing can be read."""

from __future__ import annotations

import argparse
import errno
import os
from collections.abc import Sequence

from rproc_tui.commands.session import print_json
from rproc_tui.controller.evidence_files import last_lines, map_file, read_firmware
from rproc_tui.crash.decode import decode
from rproc_tui.crash.dump import Dump, Layout
from rproc_tui.crash.evidence import Evidence
from rproc_tui.crash.examine import examine
from rproc_tui.errors import RprocTuiError


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
    dump = _dump(options)
    firmware = None
    if options.firmware is not None:
        firmware = read_firmware(options.firmware, os.path.basename(options.firmware))
    report = examine(
        Evidence(
            dump=dump,
            firmware=firmware,
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


def _dump(options: argparse.Namespace) -> Dump:
    """What the file holds; where nothing is left of a dump, logs and registers are still worth a report."""
    path = options.file
    try:
        dump = decode(*map_file(path))
    except OSError as error:
        if error.errno not in (errno.EISDIR, errno.EINVAL):
            raise
        raise RprocTuiError(f"not a dump: {path}: {error.strerror}") from error
    others = options.registers or options.trace or options.kernel_log
    if dump.is_dump or (others and dump.layout is Layout.NONE):
        return dump
    raise RprocTuiError(f"not a dump: {path}: {dump.problems[0] if dump.problems else 'there is no memory in it'}")


def _lines(path: str | None) -> Sequence[str]:
    """The lines of a log's end."""
    return () if path is None else last_lines(path)
