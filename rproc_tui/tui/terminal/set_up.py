"""What is done to a terminal, and for it, before textual is imported."""

from __future__ import annotations

import os
import sys

from rproc_tui.terminal import Terminal, read_terminal
from rproc_tui.tui.terminal.choice import choose, textual_settings
from rproc_tui.tui.terminal.profile import Profile
from rproc_tui.tui.terminal.size import ask_size, parse_size


def set_up(wanted_profile: str, wanted_size: str | None) -> tuple[Profile, tuple[int, int] | None]:
    """The profile, and the size where it is not for the line to tell; UsageError for wishes that cannot be had.

    The environment is set so that Textual suits the profile; what a person set there for Textual stays.
    """
    terminal = read_terminal(os.environ)
    profile = choose(terminal, wanted_profile)
    size = parse_size(wanted_size) if wanted_size is not None else _missing_size(terminal)
    for name, value in textual_settings(profile).items():
        os.environ.setdefault(name, value)
    os.environ.pop("NO_COLOR", None)  # it is in the profile by now
    return profile, size


def _missing_size(terminal: Terminal) -> tuple[int, int] | None:
    """What the terminal says when its line says nothing; None where the line knows, or nobody does."""
    return None if terminal.size is not None and all(terminal.size) else ask_size(sys.stdin.fileno())
