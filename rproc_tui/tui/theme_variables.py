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
    ansi: str | None = None
    """What it is in a theme of the terminal's own colours, which cannot be mixed."""


VARIABLES: Mapping[str, Variable] = {
    "state-running": Variable("success"),
    "state-attached": Variable("success", 0.15),
    "state-offline": Variable("foreground", 0.45, "ansi_bright_black"),
    "state-suspended": Variable("warning", 0.3),
    "state-detached": Variable("primary"),
    "state-crashed": Variable("error"),
    "state-unknown": Variable("warning"),
    "state-pending": Variable("accent"),
    "label": Variable("foreground", 0.45, "ansi_bright_black"),
    "dim": Variable("foreground", 0.6, "ansi_bright_black"),
    "frame": Variable("foreground", 0.75, "ansi_bright_black"),
    "frame-focus": Variable("accent"),
    "cursor": Variable("accent", 0.75, "ansi_blue"),
    "cursor-blurred": Variable("foreground", 0.88, "ansi_black"),
    "bar": Variable("foreground", 0.92, "ansi_default"),
    "memory-code": Variable("primary"),
    "memory-data": Variable("success"),
    "memory-carveout": Variable("warning"),
    "memory-free": Variable("foreground", 0.75, "ansi_bright_black"),
    "level-error": Variable("error"),
    "level-warning": Variable("warning"),
    "level-debug": Variable("foreground", 0.45, "ansi_bright_black"),
    "trace-time": Variable("foreground", 0.6, "ansi_bright_black"),
    "trace-mark": Variable("accent"),
}
"""Every variable of ours."""


def defaults(theme: Theme) -> dict[str, str]:
    """The values of all our variables for a theme, as if it set none of them."""
    colours = theme.to_color_system().generate()
    return {name: _value(variable, colours, native=theme.ansi) for name, variable in VARIABLES.items()}


def _value(variable: Variable, colours: Mapping[str, str], *, native: bool) -> str:
    if native and variable.ansi is not None:
        return variable.ansi
    colour = colours[variable.base]
    if native or not variable.faded:
        return colour
    return Color.parse(colour).blend(Color.parse(colours["background"]), variable.faded, alpha=1.0).hex
