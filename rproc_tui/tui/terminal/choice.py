"""Chooses the profile for a terminal from what is known of it, and says how Textual is to be set for it."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from rproc_tui.errors import UsageError
from rproc_tui.terminal import Terminal
from rproc_tui.tui.terminal.profile import PROFILES, Colours, Profile

AUTOMATIC = "auto"

_DRAWS_NOTHING = frozenset({"", "dumb", "unknown"})
_OLD = re.compile(r"vt(52|1[0-9][0-9])\b.*")
"""Terminals without colours, and without any character beyond ASCII. Serial lines are called vt220 by default: that
tells nothing of the terminal at the other end."""
_MANY_COLOURS = re.compile(r".*(256color|direct)|xterm-(kitty|ghostty)|kitty|alacritty.*|foot.*|wezterm|ghostty")
_OWN_SCREEN = re.compile(r"/dev/tty[0-9]+")
"""Screens of this machine without a window system: their fonts lack most of what we paint."""


def choose(terminal: Terminal, wanted: str = AUTOMATIC) -> Profile:
    """The profile of that name, or the one that suits; UsageError where there is no such, or nothing can be drawn."""
    if wanted != AUTOMATIC and wanted not in PROFILES:
        raise UsageError(f"there is no profile {wanted}", hint=f"there are {', '.join((AUTOMATIC, *PROFILES))}")
    if wanted == AUTOMATIC and terminal.term in _DRAWS_NOTHING:
        hint = "set TERM to what it is, take `--profile plain`, or use a verb: `rproc-tui list`, `rproc-tui trace -f`"
        raise UsageError(f"TERM={terminal.term}: on such a terminal nothing can be drawn", hint=hint)
    profile = PROFILES[_suitable(terminal) if wanted == AUTOMATIC else wanted]
    baud = terminal.baud if terminal.serial and terminal.baud else profile.baud
    return replace(profile, colours=_colours(terminal, profile), ascii=_is_ascii(terminal, profile), baud=baud)


def textual_settings(profile: Profile) -> dict[str, str]:
    """Environment variables that Textual reads when it is imported."""
    settings = {"TEXTUAL_FPS": str(profile.frames_per_second)}
    if not profile.animations:
        settings |= {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}
    if profile.bare:
        settings["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
    if profile.colours is not Colours.TRUECOLOR:
        settings["TEXTUAL_COLOR_SYSTEM"] = "standard"
    return settings


def _suitable(terminal: Terminal) -> str:
    if terminal.serial or _OLD.fullmatch(terminal.term):
        return "serial"
    return "ssh" if terminal.ssh else "full"


def _colours(terminal: Terminal, profile: Profile) -> Colours:
    if terminal.no_color or profile.colours is Colours.MONO or _OLD.fullmatch(terminal.term):
        return Colours.MONO
    if profile.colours is Colours.SIXTEEN:  # what a serial line's login says in COLORTERM is not the terminal's word
        return Colours.SIXTEEN
    many = terminal.colours in ("truecolor", "24bit") or _MANY_COLOURS.fullmatch(terminal.term)
    return Colours.TRUECOLOR if many else Colours.SIXTEEN


def _is_ascii(terminal: Terminal, profile: Profile) -> bool:
    if profile.ascii or _OLD.fullmatch(terminal.term) or _OWN_SCREEN.fullmatch(terminal.device or ""):
        return True
    if not terminal.locale:
        return terminal.serial
    _, _, encoding = terminal.locale.partition("@")[0].partition(".")
    try:
        return codecs.lookup(encoding).name != "utf-8"
    except LookupError:
        return True
