"""The options of the screen: what it may ask of the terminal, and how large that is."""

from __future__ import annotations

import argparse

PROFILES = ("auto", "full", "ssh", "serial", "plain")
"""What `--profile` takes; the screen's room knows what each means."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add them in front of the verbs; without a verb they matter."""
    group = parser.add_argument_group("screen", "chosen to suit the terminal, unless one of these says otherwise")
    text = (
        "ssh: no mouse until ctrl+o; serial: 16 colours, no frames, few bytes; plain: no colours and ASCII; "
        "`auto` looks at the terminal"
    )
    group.add_argument("--profile", choices=PROFILES, default="auto", help=text)
    text = "how large the terminal is, where it does not say"
    group.add_argument("--size", metavar="COLSxROWS", help=text)
