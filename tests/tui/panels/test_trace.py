from __future__ import annotations

import pytest

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.tui.panels.trace import trace_content, trace_title


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("<err> i2c timeout", "$level-error"),
        ("<wrn> queue full", "$level-warning"),
        ("<dbg> idle", "$level-debug"),
        ("hub: tick", None),
    ],
)
def test_levels_are_coloured(text: str, style: str | None) -> None:
    content = trace_content(TraceLine(text, 0.0), "14:02:11.412")
    assert content.plain == f" 14:02:11.412 {text}"
    assert [span.style for span in content.spans[1:]] == ([style] if style else [])


@pytest.mark.parametrize("kind", [kind for kind in LineKind if kind is not LineKind.TEXT])
def test_lines_of_our_own_have_a_mark(kind: LineKind) -> None:
    content = trace_content(TraceLine("said", 0.0, kind), "14:02:11.412")
    assert content.plain.endswith(" said")
    assert len(content.plain) > len(" 14:02:11.412 said")


@pytest.mark.parametrize(
    ("unseen", "rate", "filtered", "title"),
    [
        (None, 12, "", "Trace · m4 · following · 12 lines/s"),
        (None, 1, "", "Trace · m4 · following · 1 line/s"),
        (0, 0, "", "Trace · m4 · paused"),
        (7, 0, "", "Trace · m4 · paused · 7 new"),
        (None, 0, "[b]err", "Trace · m4 · following · /[b]err 3 of 60"),
        (None, 0, "/re/", "Trace · m4 · following · /re/ 3 of 60"),
        (None, 0, "!/re/i", "Trace · m4 · following · !/re/i 3 of 60"),
    ],
)
def test_the_title_says_whether_it_follows(unseen: int | None, rate: int, filtered: str, title: str) -> None:
    assert trace_title("m4", unseen=unseen, rate=rate, filtered=filtered, matches=(3, 60)).plain == title
