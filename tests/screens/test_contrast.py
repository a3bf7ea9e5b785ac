"""Every word that is painted can be told from what it is painted on: in every theme, on every screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from rich.color import Color as RichColor
from rich.segment import Segment
from textual._context import visible_screen_stack
from textual.screen import ModalScreen

from tests.screens.scene import SCREENS, WINDOWS, scene, visit
from tests.tui.contrast import VGA, contrast
from tests.tui.showing import Shown

pytestmark = pytest.mark.usefixtures("utc")

LEAST = {"high-contrast": 7.0, "daylight": 7.0}


def hard_to_read(shown: Shown, least: float) -> Iterator[tuple[str, str, str, float]]:
    """Words on the screen with their colours, where the two are too near to each other."""
    visible_screen_stack.set(shown.app._background_screens)
    strips = shown.app.screen._compositor.render_strips()
    if isinstance(shown.app.screen, ModalScreen):  # what lies behind it is meant to step back
        place = next(iter(shown.app.screen.children)).region
        strips = [strip.crop(place.x, place.right) for strip in strips[place.y : place.bottom]]
    for strip in strips:
        for segment in strip:
            word, ground = _colours(segment)
            if any(one.isalnum() for one in segment.text) and contrast(word, ground) < least:
                yield segment.text, word, ground, contrast(word, ground)


def _colours(segment: Segment) -> tuple[str, str]:
    style = segment.style
    word = "ansi_default" if style is None else _name(style.color)
    ground = "ansi_default" if style is None else _name(style.bgcolor)
    if style is not None and style.reverse:
        return ("#000000" if ground == "ansi_default" else ground), ("#aaaaaa" if word == "ansi_default" else word)
    return word, ground


def _name(colour: RichColor | None) -> str:
    if colour is None or colour.is_default:
        return "ansi_default"
    if colour.triplet is not None:
        return colour.triplet.hex
    return f"ansi_{list(VGA)[1 + (colour.number or 0)]}"


async def hard_to_read_in(shown: Shown, names: Iterable[str]) -> dict[str, list[tuple[str, str, str, float]]]:
    """The same in each of some themes."""
    found = {}
    for name in names:
        shown.app.theme = name
        await shown.rest()
        found[name] = list(hard_to_read(shown, LEAST.get(name, 4.5)))
    return {name: words for name, words in found.items() if words}


async def test_every_word_on_every_screen_can_be_read_in_every_theme(tmp_path: Path) -> None:
    found = {}
    async with scene(tmp_path) as shown:
        for screen in SCREENS:
            await visit(shown, screen)
            found[screen] = await hard_to_read_in(shown, shown.app.own_themes)
        await visit(shown, "overview")
        for window, key in WINDOWS.items():
            await shown.press(key)
            found[window] = await hard_to_read_in(shown, ("paper", "midnight"))
            await shown.press("escape")
        assert len(shown.app.own_themes) >= 7
    assert {place: words for place, words in found.items() if words} == {}
