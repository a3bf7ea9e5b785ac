"""Where a list to choose from stands."""

from __future__ import annotations

from rproc_tui.tui.terminal.profile import SERIAL
from tests.tui.showing import showing


async def test_on_a_slow_line_it_takes_a_few_rows_at_the_bottom_and_leaves_the_rest() -> None:
    async with showing(profile=SERIAL, size=(80, 24)) as shown:
        before = shown.text().splitlines()
        await shown.press("t")
        await shown.sees("esc leaves")
        after = shown.text().splitlines()
        assert after[:14] == before[:14]
        assert "esc leaves" in after[-1]
        assert len(after) == 24
        await shown.press("escape")
        await shown.sees_no("esc leaves")
        assert shown.text().splitlines() == before
