"""A crash report as files for a bug report: plain text, and Markdown."""

from __future__ import annotations

import os

from rproc_tui.crash.report import CrashReport
from rproc_tui.crash.report_markdown import report_markdown
from rproc_tui.crash.report_text import report_lines

_SAME_NAME_MOST = 1000


def write_report(folder: str, name: str, report: CrashReport) -> str:
    """Write `NAME.txt` and `NAME.md`, numbered where they are there already; the path without its suffix.

    OSError where that fails. The folder is made where it is missing.
    """
    os.makedirs(folder, exist_ok=True)
    for number in range(_SAME_NAME_MOST):
        stem = os.path.join(folder, f"{name}-{number}" if number else name)
        if not any(os.path.lexists(stem + suffix) for suffix in (".txt", ".md")):
            break
    _write(f"{stem}.txt", "\n".join(report_lines(report)) + "\n")
    _write(f"{stem}.md", report_markdown(report))
    return stem


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
