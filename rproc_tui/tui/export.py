"""What is listed, as a text file."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable

from rproc_tui.model.trace_line import TraceLine
from rproc_tui.tui.panels.trace import trace_content
from rproc_tui.tui.wall_time import WallTime

_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def trace_file_name(name: str, epoch: float) -> str:
    """`m4-20261120-140211.log`; nothing in a processor's name can lead out of the folder."""
    plain = _PLAIN.sub("-", name).strip(".-") or "trace"
    return f"{plain[:60]}-{time.strftime('%Y%m%d-%H%M%S', time.localtime(epoch))}.log"


def write_trace(path: str, lines: Iterable[TraceLine], wall: WallTime) -> int:
    """Write lines as they are shown, with their times, into a new file; how many. OSError where that fails.

    Its folder is made where it is missing.
    """
    return write_lines(path, (trace_content(line, wall.precise(line.arrived)).plain.strip() for line in lines))


def write_lines(path: str, lines: Iterable[str]) -> int:
    """Write lines of text into a new file, as `write_trace`."""
    count = 0
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        for line in lines:
            file.write(line + "\n")
            count += 1
    return count
