"""`rproc-tui inspect FILE`: what is in a firmware file. Exit 0 when Linux would take it, 1 when not."""

from __future__ import annotations

import argparse
import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rproc_tui.firmware.facts import FirmwareFacts, Problem, Severity
from rproc_tui.firmware.inspect import facts, unreadable
from rproc_tui.firmware.kernel_verdict import request_failed
from rproc_tui.sanitise import sanitise

HELP = "what is in a firmware file"

WIDTH_WITHOUT_TERMINAL = 100
"""Columns of what goes to a file or a pipe."""
ASCII = str.maketrans({"█": "#", "░": ".", "▒": "+", "▕": "|", "▏": "|", "·": "-", "…": "..."})
"""For terminals that know no other characters."""
NOT_REGULAR = {
    stat.S_IFDIR: ("directory", "a directory"),
    stat.S_IFIFO: ("fifo", "a FIFO"),
    stat.S_IFSOCK: ("socket", "a socket"),
    stat.S_IFCHR: ("device", "a character device"),
    stat.S_IFBLK: ("device", "a block device"),
}


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's own arguments."""
    parser.add_argument("file", metavar="FILE", help="a firmware file")
    parser.add_argument("--json", action="store_true", help="print everything as one JSON object")


def run(options: argparse.Namespace) -> int:
    """Look at the file and say what it is; 0 when Linux would take it, 1 when not."""
    found, was_read = look(options.file, digest=options.json)
    if not was_read:
        complain(found)
    if options.json:
        import json  # noqa: PLC0415 (people who read text do not wait for it)

        from rproc_tui.firmware.to_json import facts_json  # noqa: PLC0415

        print(json.dumps(facts_json(found), indent=1))
    elif was_read:
        _print_report(found)
    return 0 if found.boots else 1


def complain(found: FirmwareFacts) -> None:
    """Say why a file cannot be read."""
    print(f"rproc-tui: {found.file}: {found.problems[0].message}", file=sys.stderr)


def look(path: str, *, digest: bool, unpacked_by_kernel: bool = False) -> tuple[FirmwareFacts, bool]:
    """The facts of a file, and whether it could be read. Never blocks, whatever the path names."""
    try:
        problem = _obstacle(os.stat(path))
        if problem is not None:
            return unreadable(path, problem.code, 0, problem), False
        with _open(path) as image:
            return facts(path, image, image.size, digest=digest, unpacked_by_kernel=unpacked_by_kernel), True
    except OSError as error:
        code, problem = _explain(path, error)
        return unreadable(path, code, 0, problem), False


class FileImage:
    """A file, read piece by piece: no more than what is asked for, and safe when it shrinks meanwhile."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def __getitem__(self, key: slice, /) -> bytes:
        """The bytes of a slice; fewer where the file ends."""
        start, stop, _ = key.indices(self.size)
        return os.pread(self._descriptor, max(0, stop - start), start)


@contextmanager
def _open(path: str) -> Iterator[FileImage]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        problem = _obstacle(os.fstat(descriptor))
        if problem is not None:  # it was another file a moment ago
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
        yield FileImage(descriptor)
    finally:
        os.close(descriptor)


def _obstacle(status: os.stat_result) -> Problem | None:
    """Why this is not even to be opened: opening a device may do something, a FIFO blocks."""
    if not stat.S_ISREG(status.st_mode):
        code, title = NOT_REGULAR.get(stat.S_IFMT(status.st_mode), ("special", "no regular file"))
        return Problem(Severity.ERROR, code, f"this is {title}, not a firmware file", request_failed(errno.EINVAL))
    if not status.st_mode & 0o444:
        return Problem(Severity.ERROR, "unreadable", f"its mode, {status.st_mode & 0o777:03o}, lets nobody read it")
    return None


def _explain(path: str, error: OSError) -> tuple[str, Problem]:
    number = error.errno or errno.EIO
    name = errno.errorcode.get(number, str(number))
    kernel = request_failed(number)
    if number == errno.ENOENT and os.path.islink(path):
        target = sanitise(os.readlink(path), limit=80)
        return "missing", Problem(Severity.ERROR, "dangling-link", f"a link to {target}, which is not there", kernel)
    if number in (errno.EACCES, errno.EPERM):
        return "unreadable", Problem(Severity.ERROR, "unreadable", f"you may not read it ({name})")
    code = {errno.ENOENT: "missing", errno.ELOOP: "link-loop"}.get(number, "unreadable")
    return code, Problem(Severity.ERROR, code, f"{os.strerror(number).lower()} ({name})", kernel)


def _print_report(found: FirmwareFacts) -> None:
    from rproc_tui.firmware.report import report  # noqa: PLC0415

    print_lines(report(found, text_width()))


def text_width() -> int:
    """Columns for text that is printed."""
    width = os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else 0
    return width or WIDTH_WITHOUT_TERMINAL


def print_lines(lines: list[str]) -> None:
    """Print, in ASCII where the terminal knows no other characters."""
    text = "\n".join(lines)
    try:
        "█".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        text = text.translate(ASCII)
    print(text)
