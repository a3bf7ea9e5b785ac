"""Lines of text in a frame."""

from __future__ import annotations

import pytest

from rproc_tui.tui.widgets.text_view import TextView
from tests.tui.showing import showing


async def test_lines_are_made_anew_where_nobody_told_of_the_size_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async with showing() as shown:
        monkeypatch.setattr(TextView, "on_resize", lambda _: None)
        shown.overview.say("a sentence that was made for a width of nothing: one letter in a line")
        await shown.sees("a sentence that was made for a width of nothing: one letter in a line")
