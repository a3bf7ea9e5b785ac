"""What the screen may ask of a terminal: one profile for each kind of line that a terminal hangs on.

Nothing of textual is imported here: a profile is chosen before textual is, which reads its settings at import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Colours(StrEnum):
    """What a terminal shows of a theme."""

    TRUECOLOR = "truecolor"
    """The theme's own colours, as near as the terminal comes to them."""
    SIXTEEN = "16"
    """The terminal's own sixteen."""
    MONO = "mono"
    """None: bold, underline and reverse video."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the screen does on one kind of terminal."""

    name: str
    """`full`, `ssh`, `serial` or `plain`."""
    colours: Colours = Colours.TRUECOLOR
    boxes: bool = True
    """Panels have frames; without them a title is a row of its own."""
    ascii: bool = False
    """Only ASCII is shown. What is painted beyond it is replaced cell by cell; own glyphs are better."""
    mouse: bool = True
    """The mouse is reported from the start."""
    page_mode: bool = False
    """New trace lines fill the page from the top and overwrite what stands there, instead of scrolling it."""
    animations: bool = True
    popups: bool = True
    """Windows over the screen; without them what can be asked in a row is asked in a row at the bottom."""
    frames_per_second: int = 60
    """How often the screen is looked at for changes at most."""
    bare: bool = False
    """The terminal is told and asked only what old ones know, too."""
    flow_control: bool = False
    """XON and XOFF are left to the line: ctrl+s and ctrl+q are no keys."""
    baud: int | None = None
    """Bits a second of a line that is slower than the screen; None for one that takes what comes."""


FULL = Profile("full")
SSH = Profile("ssh", mouse=False, animations=False)
SERIAL = Profile(
    "serial",
    colours=Colours.SIXTEEN,
    boxes=False,
    mouse=False,
    page_mode=True,
    animations=False,
    popups=False,
    frames_per_second=30,
    bare=True,
    flow_control=True,
    baud=115_200,
)
PLAIN = Profile(
    "plain",
    colours=Colours.MONO,
    boxes=False,
    ascii=True,
    mouse=False,
    page_mode=True,
    animations=False,
    popups=False,
    frames_per_second=30,
    bare=True,
)

PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in (FULL, SSH, SERIAL, PLAIN)}
"""By name."""


def style_classes(profile: Profile) -> frozenset[str]:
    """The classes that the program has on it, for style sheets: `App.-no-boxes #trace { border: none; }`."""
    marks = {
        "-no-boxes": not profile.boxes,
        "-ascii": profile.ascii,
        "-sixteen": profile.colours is Colours.SIXTEEN,
        "-mono": profile.colours is Colours.MONO,
        "-no-popups": not profile.popups,
    }
    return frozenset(name for name, holds in marks.items() if holds)
