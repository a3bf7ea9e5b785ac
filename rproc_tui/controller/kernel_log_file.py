"""Kernel lines in a file, as `dmesg --raw` prints them: `<3>[   12.345678] text`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rproc_tui.model.kernel_log import KernelLine

_LINE = re.compile(r"<\d{1,3}>\[ *\d+\.\d+\] (.*)")


def as_text(lines: Iterable[KernelLine]) -> str:
    """One line each, with a line end."""
    return "".join(f"<{line.level}>[{line.seconds:12.6f}] {line.text}\n" for line in lines)


def texts_of(lines: Sequence[str]) -> list[str]:
    """What the kernel said, without level and time; other lines are taken as they are."""
    return [found[1] if (found := _LINE.fullmatch(line)) else line for line in lines]
