"""Which lines a person wants to see: plain text, `/regular expression/`, and `!` in front for the others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rproc_tui.errors import UsageError
from rproc_tui.model.trace_line import LineKind, TraceLine

_CONTENT = frozenset({LineKind.TEXT, LineKind.KERNEL})
MAX_PATTERN = 1000
"""Characters of a filter."""


@dataclass(frozen=True, slots=True)
class LineFilter:
    """A condition on lines. Text without capitals matches in any case, as does `/…/i`; the empty filter takes all."""

    pattern: re.Pattern[str] | None = None
    inverted: bool = False

    @classmethod
    def parse(cls, text: str) -> LineFilter:
        """The filter that a person typed; UsageError says in a sentence what is wrong with it."""
        inverted = text.startswith("!")
        wanted = text[1:] if inverted else text
        if not wanted:
            return cls()
        if len(wanted) > MAX_PATTERN:
            raise UsageError(f"a filter has at most {MAX_PATTERN} characters")
        return cls(_compile(wanted), inverted)

    def matches(self, line: TraceLine) -> bool:
        """Whether the line is to be shown. Lines that tell of loss, restarts and marks always are."""
        if self.pattern is None or line.kind not in _CONTENT:
            return True
        return (self.pattern.search(line.text) is None) is self.inverted

    def finds(self, line: TraceLine) -> bool:
        """Whether the line's own text meets the condition, whatever kind it is: what a search stops at."""
        return self.pattern is not None and (self.pattern.search(line.text) is None) is self.inverted

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the pattern is found in a text, as (start, end), to highlight; nothing for an inverted filter."""
        if self.pattern is None or self.inverted:
            return []
        return [found.span() for found in self.pattern.finditer(text) if found.end() > found.start()]


def is_unclosed(text: str) -> bool:
    """Whether a filter begins like a regular expression and is taken for text, because nothing closes it."""
    wanted = text.removeprefix("!")
    return wanted.startswith("/") and len(wanted) > 1 and _expression(wanted)[0] is None


def _compile(wanted: str) -> re.Pattern[str]:
    expression, flags = _expression(wanted)
    if expression is None:
        return re.compile(re.escape(wanted), re.IGNORECASE if wanted == wanted.lower() else 0)
    try:
        return re.compile(expression, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f"the regular expression {expression!r} cannot be used: {error}") from error


def _expression(wanted: str) -> tuple[str | None, int]:
    """What stands between slashes, with its flags; None for plain text."""
    for end, flags in (("/i", re.IGNORECASE), ("/", 0)):
        if wanted.startswith("/") and wanted.endswith(end) and len(wanted) > len(end) + 1:
            return wanted[1 : -len(end)], flags
    return None, 0
