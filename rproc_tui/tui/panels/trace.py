"""One line of a trace, and the title over all of them."""

from __future__ import annotations

from textual.content import Content

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.levels import Level, level_of
from rproc_tui.tui.panels.columns import joined

TIME_WIDTH = 14
"""Cells of the time of arrival with the gaps around it."""

_LEVELS = {Level.ERROR: "$level-error", Level.WARNING: "$level-warning", Level.DEBUG: "$level-debug"}
_KINDS = {
    LineKind.LOST: ("⋯ ", "$level-warning"),
    LineKind.RESTART: ("↻ ", "bold $trace-mark"),
    LineKind.SEAM: ("┄ ", "$dim"),
    LineKind.MARK: ("▶ ", "bold $trace-mark"),
    LineKind.KERNEL: ("kernel ", "$label"),
}


def trace_content(line: TraceLine, time_text: str) -> Content:
    """A line with the time of its arrival; what the program says between the lines has a mark of its own."""
    if line.kind is LineKind.TEXT:
        return Content.assemble((f" {time_text} ", "$trace-time"), (line.text, level_style(line.text)))
    mark, style = _KINDS[line.kind]
    return Content.assemble((f" {time_text} ", "$trace-time"), (mark + line.text, style))


def level_style(text: str) -> str:
    """The colour of a line that says how bad it is; none for others."""
    level = level_of(text)
    return "" if level is None else _LEVELS.get(level, "")


def trace_title(
    name: str, *, unseen: int | None, rate: int, filtered: str, matches: tuple[int, int], heading: str = "Trace"
) -> Content:
    """`Trace · m4 · following · 12 lines/s`; `unseen` counts lines below while it is paused, None while it follows."""
    parts = [(heading, "")]
    if name:
        parts.append((name, "bold"))
    if unseen is None:
        parts.append(("following", "$state-running"))
    else:
        parts.append((f"paused · {unseen} new" if unseen else "paused", "$warning"))
    if filtered:
        shown, whole = matches
        sign = "" if filtered.removeprefix("!").startswith("/") else "/"
        parts.append((f"{sign}{filtered} {shown} of {whole}", "$accent"))
    if rate:
        parts.append((f"{rate} line{'s' if rate != 1 else ''}/s", "$label"))
    return joined(parts)
