"""What is painted anew when little changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tui.showing import showing


@pytest.mark.parametrize("digit", ["1", "2", "3", "4", "5", "6"])
async def test_the_whole_screen_is_not_painted_when_another_panel_gets_the_keys(
    monkeypatch: pytest.MonkeyPatch, digit: str
) -> None:
    async with showing() as shown:
        await shown.press(digit)
        screen, whole = shown.app.screen, list[object]()
        refresh = screen.refresh

        def noted(*regions: Any, **options: Any) -> Any:
            whole.extend([] if regions else [options])
            return refresh(*regions, **options)

        monkeypatch.setattr(screen, "refresh", noted)
        await shown.press("tab", "tab", "shift+tab")
        assert whole == []
