from __future__ import annotations

import pytest

from rproc_tui.tui.panels.words import word_lines


@pytest.mark.parametrize("width", [30, 58, 80])
def test_every_word_has_its_meaning_within_the_width(width: int) -> None:
    shown = [line.plain for line in word_lines(width)]
    assert shown[:2] == ["", "Words"]
    assert max(map(len, shown)) <= width
    assert "a crash is its error" in " ".join(" ".join(shown).split())
