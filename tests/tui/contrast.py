"""How well a colour is told from another: the ratio of WCAG 2, 1 for none and 21 for black on white."""

from __future__ import annotations

from textual.color import Color

VGA = {
    "default": "#aaaaaa",
    "black": "#000000",
    "red": "#aa0000",
    "green": "#00aa00",
    "yellow": "#aa5500",
    "blue": "#0000aa",
    "magenta": "#aa00aa",
    "cyan": "#00aaaa",
    "white": "#aaaaaa",
    "bright_black": "#555555",
    "bright_red": "#ff5555",
    "bright_green": "#55ff55",
    "bright_yellow": "#ffff55",
    "bright_blue": "#5555ff",
    "bright_magenta": "#ff55ff",
    "bright_cyan": "#55ffff",
    "bright_white": "#ffffff",
}
"""The sixteen colours of a plain console, which says less than newer palettes do; what is written on is black."""


def contrast(word: str, ground: str) -> float:
    """The ratio; names of the sixteen colours count as they are on a plain console."""
    light, dark = sorted((_luminance(_seen(word)), _luminance(_ground(ground))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _ground(colour: str) -> str:
    return VGA["black"] if colour == "ansi_default" else _seen(colour)


def _seen(colour: str) -> str:
    return VGA[colour.removeprefix("ansi_")] if colour.startswith("ansi_") else colour


def _luminance(colour: str) -> float:
    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.03928 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = Color.parse(colour).rgb
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
