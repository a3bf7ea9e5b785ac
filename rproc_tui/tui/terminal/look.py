"""How a cell looks: colours and attributes, from the parameters of ECMA-48's SGR sequence and back to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

_EXTENDED = {2: 4, 5: 2}
"""How many parameters follow 38 and 48, by the first of them: 2;R;G;B or 5;N."""
_FAINT_AND_BOLD = frozenset({1, 2})
_SWITCHED_OFF = {
    22: _FAINT_AND_BOLD,
    23: frozenset({3}),
    24: frozenset({4, 21}),
    25: frozenset({5, 6}),
    27: frozenset({7}),
    28: frozenset({8}),
    29: frozenset({9}),
    54: frozenset({51, 52}),
    55: frozenset({53}),
}
"""What each parameter that ends attributes ends."""
_ATTRIBUTES = frozenset().union(*_SWITCHED_OFF.values())


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One look; there is only one object for each, so identity is equality."""

    attributes: frozenset[int]
    """SGR parameters: 1 bold, 2 faint, 4 underlined, 7 reverse ..."""
    foreground: str
    """SGR parameters, `31` or `38;5;8`; empty for the terminal's own."""
    background: str

    def parameters(self) -> list[str]:
        """What makes this look out of the plain one."""
        return [*map(str, sorted(self.attributes)), *filter(None, (self.foreground, self.background))]


@cache
def _look(attributes: frozenset[int], foreground: str, background: str) -> Look:
    return Look(attributes, foreground, background)


PLAIN = _look(frozenset(), "", "")
"""No attribute, the terminal's own colours."""


@lru_cache(maxsize=4096)
def look_after(look: Look, parameters: str) -> Look:
    """The look after an SGR sequence with these parameters (`1;38;5;8`, empty for none)."""
    attributes, colours = set(look.attributes), {"3": look.foreground, "4": look.background}
    for code, text in _codes(parameters):
        if code == 0:
            attributes.clear()
            colours = {"3": "", "4": ""}
        elif code in _ATTRIBUTES:
            attributes.add(code)
        elif code in _SWITCHED_OFF:
            attributes -= _SWITCHED_OFF[code]
        elif (ground := _ground(code)) is not None:
            colours[ground] = "" if code in (39, 49) else text
    return _look(frozenset(attributes), colours["3"], colours["4"])


@lru_cache(maxsize=4096)
def transition(before: Look | None, after: Look) -> str:
    """The shortest SGR sequence from one look to another; `before` is None where it is not known."""
    if before is after:
        return ""
    whole = ";".join(["0", *after.parameters()]) if after is not PLAIN else ""
    if before is not None and before.attributes <= after.attributes:
        parts = [str(code) for code in sorted(after.attributes - before.attributes)]
        if before.foreground != after.foreground:
            parts.append(after.foreground or "39")
        if before.background != after.background:
            parts.append(after.background or "49")
        whole = min(whole, ";".join(parts), key=len)
    return f"\x1b[{whole}m"


def _ground(code: int) -> str | None:
    """Which colour a parameter sets: `3` the foreground, `4` the background."""
    if 30 <= code <= 39 or 90 <= code <= 97:
        return "3"
    return "4" if 40 <= code <= 49 or 100 <= code <= 107 else None


def _codes(parameters: str) -> Iterator[tuple[int, str]]:
    """Each parameter with what belongs to it."""
    rest = parameters.split(";")
    while rest:
        length = 1
        if rest[0] in ("38", "48", "58") and len(rest) > 1 and rest[1].isdigit():
            length += _EXTENDED.get(int(rest[1]), 1)
        taken, rest = rest[:length], rest[length:]
        if taken[0] == "" or taken[0].isdigit():
            yield int(taken[0] or 0), ";".join(taken)
