"""How an action ended, whole: the sentence with the errno by name, cause and next step, the kernel's own lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.outcome import Outcome
from rproc_tui.tui.elapsed import took_text
from rproc_tui.tui.marks import RESULTS
from rproc_tui.tui.panels.columns import indented
from rproc_tui.tui.panels.state import errno_name, home_relative

if TYPE_CHECKING:
    from textual.content import Content

_KERNEL_LINES = 6
"""At most so many of the kernel's lines; the last say most."""
_KERNEL_ERROR = 3


def outcome_lines(outcome: Outcome, width: int) -> list[Content]:
    """Everything that a failure has to say, or the one line of a success."""
    return list(_lines(outcome, width))


def sentence_lines(sentence: str, width: int, *, glyph: str = "•", style: str = "$state-unknown") -> list[Content]:
    """A sentence of our own: why a key does nothing now, what was copied."""
    first, *rest = indented(f"{glyph} ", sentence, width, "")
    return [first.stylize(style, 0, len(glyph)), *rest]


def _lines(outcome: Outcome, width: int) -> Iterator[Content]:
    mark = RESULTS[outcome.result]
    number = f"{errno_name(outcome.errno)}: " if outcome.errno else ""
    took = f" ({took_text(outcome.took)})" if outcome.took else ""
    first, *rest = indented(
        f"{mark.glyph} ", f"{number}{outcome.message}{took}", width, "bold" if not outcome.ok else ""
    )
    yield first.stylize(mark.style, 0, 2 + len(number))
    yield from rest
    for advice in outcome.advice:
        yield from indented("→ ", advice, width, "$accent")
    if outcome.path and outcome.path not in outcome.message:
        yield from indented("  ", home_relative(outcome.path), width, "$foreground")
    hidden = len(outcome.lines) - _KERNEL_LINES
    for line in outcome.lines[max(0, hidden) :] if not outcome.ok else ():
        yield from _kernel_line(line, width)


def _kernel_line(line: KernelLine, width: int) -> list[Content]:
    style = "$level-error" if line.level <= _KERNEL_ERROR else "$label"
    return indented(f"  [{line.seconds:12.6f}] ", line.text, width, style)
