"""Every key does on every screen what the help says of it: nothing in between takes it away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rproc_tui.tui.bindings import KEYS
from rproc_tui.tui.key_names import bound_keys
from tests.screens.scene import SCREENS, scene, visit
from tests.tui.showing import Shown

SHARED = {"pageup", "pagedown", "left", "right", "h", "l", "ctrl+c"}
"""Keys of several actions of one screen: who has the focus comes first and may pass them on."""


async def asked_by(shown: Shown, key: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The actions that a key asks for, in order, when none of them takes it."""
    asked: list[str] = []

    async def note(action: Any, *_: Any, **__: Any) -> bool:
        asked.append(str(action))
        return False

    with monkeypatch.context() as patched:
        patched.setattr(shown.app, "run_action", note)
        await shown.press(key)
    return asked


async def test_every_key_that_is_bound_asks_for_its_action_and_every_action_has_a_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {key.id for key in KEYS}
    async with scene(tmp_path) as shown:
        for name in SCREENS:
            await visit(shown, name)
            bound = bound_keys(shown.app.screen)
            left -= set(bound)
            for key, each in ((one, each) for one in KEYS if one.id in bound for each in one.keys.split(",")):
                asked = await asked_by(shown, each, monkeypatch)
                assert key.action in asked, (name, each, asked)
                assert each in SHARED or asked[0] == key.action, (name, each, asked)
    assert left == {"notice-up", "notice-down", "trace-up", "trace-down"}  # while others leave them the page keys
