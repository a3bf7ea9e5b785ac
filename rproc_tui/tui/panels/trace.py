"""One line of a trace, the pieces that it is cut into where lines are wrapped, and the title over all of them."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import chop_cells
from textual.content import Content

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.levels import Level, level_of
from rproc_tui.tui.panels.columns import fit, joined

_LEVELS = {Level.ERROR: "$level-error", Level.WARNING: "$level-warning", Level.DEBUG: "$level-debug"}
_KINDS = {
    LineKind.LOST: ("⋯ ", "$level-warning"),
    LineKind.RESTART: ("↻ ", "bold $trace-mark"),
    LineKind.SEAM: ("┄ ", "$dim"),
    LineKind.MARK: ("▶ ", "bold $trace-mark"),
    LineKind.KERNEL: ("kernel ", "$label"),
}
_SOURCES = ("bold $accent", "bold $state-running", "bold $state-attached", "bold $warning")
"""Styles of the names of processors, in turn: the word tells them apart, the colour only helps the eye."""
_NARROWEST = 20
"""Cells: where less is left beside time and name, the rest of a wrapped line begins at the margin."""


@dataclass(frozen=True, slots=True)
class Source:
    """The name that stands before a line where several processors are shown."""

    name: str
    number: int
    """Its place among them."""
    width: int
    """Cells of the longest name."""


def trace_content(line: TraceLine, time_text: str, source: Source | None = None) -> Content:
    """A line with its time; what the program says between the lines has a mark of its own."""
    return Content.assemble(line_prefix(time_text, source), line_body(line, named=source is not None))


def line_prefix(time_text: str, source: Source | None) -> Content:
    """What stands before the text of a line."""
    parts: list[Content | tuple[str, str] | str] = [" "]
    if time_text:
        parts.append((f"{time_text} ", "$trace-time"))
    if source is not None:
        parts.append((f"{fit(source.name, source.width)} ", _SOURCES[source.number % len(_SOURCES)]))
    return Content.assemble(*parts)


def line_body(line: TraceLine, *, named: bool = False) -> Content:
    """The text of a line in the colour of what it is; a kernel's line says so where no name does."""
    if line.kind is LineKind.TEXT:
        return Content.assemble((line.text, level_style(line.text)))
    mark, style = _KINDS[line.kind]
    return Content.assemble((line.text if named and line.kind is LineKind.KERNEL else mark + line.text, style))


def cut_pieces(prefix: Content, body: Content, width: int) -> list[Content]:
    """A line over as many lines of so many cells as it takes; those after the first begin below its text."""
    margin = prefix.cell_length
    if margin + _NARROWEST > width:
        margin = 0
    first = max(1, width - prefix.cell_length)
    texts = _chopped(body.plain, first)[:1]
    texts += _chopped(body.plain[len(texts[0]) :], max(1, width - margin))
    pieces, start = [prefix + body[: len(texts[0])]], len(texts[0])
    for text in texts[1:]:
        if text:
            pieces.append(Content(" " * margin) + body[start : start + len(text)])
            start += len(text)
    return pieces


def level_style(text: str) -> str:
    """The colour of a line that says how bad it is; none for others."""
    level = level_of(text)
    return "" if level is None else _LEVELS.get(level, "")


def trace_title(
    name: str,
    *,
    unseen: int | None,
    rate: int,
    filtered: str,
    matches: tuple[int, int],
    heading: str = "Trace",
    boot: str = "",
    sought: str = "",
) -> Content:
    """`Trace · m4 · following · 12 lines/s`.

    `unseen` counts lines below while it is paused, None while it follows; `boot` (`boot 2 of 3`) stands in its place
    where an earlier run is shown, in which nothing comes any more.
    """
    parts = [(heading, "")]
    if name:
        parts.append((name, "bold"))
    if boot:
        parts.append((boot, "$warning"))
    elif unseen is None:
        parts.append(("following", "$state-running"))
    else:
        parts.append((f"paused · {unseen} new" if unseen else "paused", "$warning"))
    if filtered:
        shown, whole = matches
        sign = "" if filtered.removeprefix("!").startswith("/") else "/"
        parts.append((f"{sign}{filtered} {shown} of {whole}", "$accent"))
    if sought:
        parts.append((f"find {sought}", "$accent"))
    if rate and not boot:
        parts.append((f"{rate} line{'s' if rate != 1 else ''}/s", "$label"))
    return joined(parts)


def _chopped(text: str, width: int) -> list[str]:
    return chop_cells(text, width) or [""]
