"""Sentences of the catalogue, in which what is at hand is filled in.

`{da}` is a field; `{size:bytes}` shows a number as a size, `{number:errno}` as the name of an errno. `[a {x}|b]` is the
first part whose fields are all known, or nothing.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from dataclasses import dataclass

from rproc_tui.firmware.units import size_text

Lookup = Callable[[str], str | None]

_FIELD = re.compile(r"\{([a-z_]+)(:bytes|:errno)?\}")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_STRAY = re.compile(r"[\[\]{}]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text with gaps."""

    text: str

    @property
    def fields(self) -> frozenset[str]:
        """Every field in it."""
        return frozenset(match[1] for match in _FIELD.finditer(self.text))

    @property
    def needed(self) -> frozenset[str]:
        """The fields that stand outside of any choice."""
        return frozenset(match[1] for match in _FIELD.finditer(_CHOICE.sub("", self.text)))

    @property
    def idle(self) -> tuple[str, ...]:
        """Choices that are none, because their first part needs nothing."""
        return tuple(match[0] for match in _CHOICE.finditer(self.text) if not _FIELD.search(match[1].partition("|")[0]))

    @property
    def is_well_formed(self) -> bool:
        """Every brace and bracket belongs to a field or a choice."""
        return _STRAY.search(_FIELD.sub("", _CHOICE.sub(r"\1", self.text))) is None

    def fill(self, lookup: Lookup) -> str | None:
        """The sentence; None when a field that it needs is not known. What is filled in is never read again."""
        parts, at = [], 0
        for choice in _CHOICE.finditer(self.text):
            parts += [_filled(self.text[at : choice.start()], lookup), _first(choice[1].split("|"), lookup)]
            at = choice.end()
        parts.append(_filled(self.text[at:], lookup))
        known = [part for part in parts if part is not None]
        return "".join(known) if len(known) == len(parts) else None


def _first(texts: list[str], lookup: Lookup) -> str:
    """The first text of which every field is known, filled in."""
    filled = (_filled(text, lookup) for text in texts)
    return next((text for text in filled if text is not None), "")


def _filled(text: str, lookup: Lookup) -> str | None:
    values = [_shown(lookup(match[1]), match[2]) for match in _FIELD.finditer(text)]
    if None in values:
        return None
    ready = iter(values)
    return _FIELD.sub(lambda _match: next(ready) or "", text)


def _shown(value: str | None, unit: str | None) -> str | None:
    if value is None or unit is None:
        return value
    try:
        number = int(value, 0)
    except ValueError:
        return value
    return size_text(number) if unit == ":bytes" else errno.errorcode.get(number, value)
