from __future__ import annotations

import pytest
from textual import events

from tests.tui.showing import Shown, showing


async def open_page(shown: Shown, key: str, seen: str) -> None:
    await shown.press(key)
    await shown.sees(seen)


@pytest.mark.parametrize(("key", "seen"), [("question_mark", "esc closes"), ("t", "Theme")])
async def test_keys_that_come_at_once_close_a_page_and_nothing_below_it(key: str, seen: str) -> None:
    async with showing() as shown:
        await open_page(shown, key, seen)
        for _ in range(3):
            shown.app.post_message(events.Key("escape", "\x1b"))
        await shown.until(lambda: shown.app.screen is shown.overview)
        await shown.rest()
        shown.controller.change("m4", crashes=1)
        await shown.sees("×1")  # noqa: RUF001 (times)
        assert shown.app.screen is shown.overview
