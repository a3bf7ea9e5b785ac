"""What is listed, as a text file."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable

_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def trace_file_name(name: str, epoch: float) -> str:
    """`m4-20261120-140211.log`; nothing in a processor's name can lead out of the folder."""
    plain = _PLAIN.sub("-", name).strip(".-") or "trace"
    return f"{plain[:60]}-{time.strftime('%Y%m%d-%H%M%S', time.localtime(epoch))}.log"


def write_lines(path: str, lines: Iterable[str]) -> int:
    """Write lines of text into a new file, and its folder where that is missing; how many. OSError where it fails."""
    count = 0
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        for line in lines:
            file.write(line + "\n")
            count += 1
    return count
