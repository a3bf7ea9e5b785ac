"""A crash report as Markdown, to paste into a bug report."""

from __future__ import annotations

import re

from rproc_tui.crash.report import CrashReport
from rproc_tui.crash.report_text import place_text, sections

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def report_markdown(report: CrashReport) -> str:
    """The whole report. What comes from firmware, logs and file names stands in code blocks, or is escaped."""
    where = "" if report.place is None else f" in {place_text(report.place)}"
    title = escaped(f"{report.processor or 'processor'}: {report.fault.title}{where}")
    lines = [f"# {title}", "", escaped(report.fault.summary) + "."]
    if report.warnings:
        lines += ["", *(f"- **{escaped(warning)}**" for warning in report.warnings)]
    for heading, body in sections(report):
        fence = _fence(body)
        lines += ["", f"## {heading}", "", fence, *body, fence]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def _fence(body: list[str]) -> str:
    """Longer than any row of backquotes in the block."""
    longest = max((len(run) for line in body for run in re.findall(r"`+", line)), default=0)
    return "`" * max(3, longest + 1)
