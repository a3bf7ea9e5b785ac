"""Everything that the program shows is from outside and evil, and the whole program runs on a real terminal."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence

import pytest

from tests.tui.hostile.evil_screen import SCREENS, assert_harmless
from tests.tui.hostile.hostile_board import MARK, Malice, plant_hostile

_KEYS = (
    *(
        "\t",
        "\t",
        "\t",
        "\t",
        "E",
        "\x1b[6~",
        "z",
        "z",
        "f",
        "\x1b",
        "F",
        MARK,
        "\r",
        "N",
        "\x1b",
        "/",
        MARK,
        "\r",
        "\x1b",
    ),
    *("2", "M", "O", "W", "T", "T", "T", "G", "g", "y", "p", "[", "m", "e", "\x1b", "M", "O"),
    *("3", "j", "\t", "l", "a", MARK, "\r", "\x1b"),
    *("4", "j", "L", "i", "\x1b"),
    *("5", "\r", "\t", "\t", "l", "l", "l", "y", "e", "\x1b"),
    *("6", "j", "j", "\r", "\t", "y", "e", "\x1b"),
    *("1", "j", "!", "!", "E", "s", "\x1b", "r", "\x1b", "w", "\x1b", ":", MARK, "\r", "\x1b", "?", "q"),
)
"""Every screen, its panels, its lists and its questions, for the processor that runs and the one that crashed."""


@pytest.mark.parametrize(("profile", "seed", "keys"), [("full", 1, _KEYS), ("plain", 2, SCREENS)])
def test_nothing_evil_reaches_the_terminal_on_any_screen(
    tmp_path: pathlib.Path, profile: str, seed: int, keys: Sequence[str]
) -> None:
    root = tmp_path / Malice(seed).file_name("root")
    root.mkdir()
    plant_hostile(root, seed)
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE")}
    assert_harmless(["--profile", profile, "--root", str(root)], keys, env=homes)
