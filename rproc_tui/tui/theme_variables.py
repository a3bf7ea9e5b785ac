"""The colours that this program has words for, beside those that every Textual theme brings.

A style names them with a dollar sign (`$state-running`). A theme file may set each of them; for themes that know
nothing of us they are taken from what the theme has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.color import Color

if TYPE_CHECKING:
    from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Variable:
    """One of our colours, and how it follows from a theme that does not set it."""

    base: str
    """A colour that every theme has."""
    faded: float = 0.0
    """How far it is moved to the background, 0 to 1."""


VARIABLES: Mapping[str, Variable] = {
    "state-running": Variable("success"),
    "state-attached": Variable("success", 0.15),
    "state-offline": Variable("foreground", 0.45),
    "state-suspended": Variable("warning", 0.3),
    "state-detached": Variable("primary"),
    "state-crashed": Variable("error"),
    "state-unknown": Variable("warning"),
    "state-pending": Variable("accent"),
    "label": Variable("foreground", 0.45),
    "dim": Variable("foreground", 0.6),
    "frame": Variable("foreground", 0.75),
    "frame-focus": Variable("accent"),
    "cursor": Variable("accent", 0.75),
    "cursor-blurred": Variable("foreground", 0.88),
    "bar": Variable("foreground", 0.92),
    "memory-code": Variable("primary"),
    "memory-data": Variable("success"),
    "memory-carveout": Variable("warning"),
    "memory-free": Variable("foreground", 0.75),
    "level-error": Variable("error"),
    "level-warning": Variable("warning"),
    "level-debug": Variable("foreground", 0.45),
    "trace-time": Variable("foreground", 0.6),
    "trace-mark": Variable("accent"),
}
"""Every variable of ours."""


def defaults(theme: Theme) -> dict[str, str]:
    """The values of all our variables for a theme, as if it set none of them."""
    colours = theme.to_color_system().generate()
    ground = colours["background"]
    return {name: _shade(colours[variable.base], ground, variable.faded) for name, variable in VARIABLES.items()}


def _shade(colour: str, ground: str, faded: float) -> str:
    """A colour moved to the ground; the terminal's own colours cannot be mixed and stay, with opacity instead."""
    if not faded:
        return colour
    top, bottom = Color.parse(colour), Color.parse(ground)
    if top.ansi is not None or bottom.ansi is not None:
        return colour
    return top.blend(bottom, faded, alpha=1.0).hex
