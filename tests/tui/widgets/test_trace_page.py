"""The trace on a terminal on which scrolling costs too much."""

from __future__ import annotations

import pytest
from textual.strip import Strip

from rproc_tui.tui.terminal.profile import SERIAL
from tests.tui.scripted import ScriptedController, key
from tests.tui.showing import Shown, showing

pytestmark = pytest.mark.usefixtures("utc")


def rows(shown: Shown) -> list[str]:
    """What stands in the panel, line by line, without the times."""
    region = shown.trace.content_region
    screen = shown.text().splitlines()
    return [screen[y].rstrip("▐ ")[14:] for y in range(region.y, region.bottom)]


async def filled(shown: Shown, count: int, first: int = 0) -> None:
    shown.controller.write("m4", *(f"line {number}" for number in range(first, first + count)))
    await shown.until(lambda: shown.trace._count_painted == first + count)
    await shown.rest()


async def test_new_lines_go_over_the_oldest_and_a_blank_one_shows_where() -> None:
    async with showing(size=(80, 24), profile=SERIAL) as shown:
        height = shown.trace.content_size.height
        await filled(shown, 3)
        assert rows(shown) == ["line 0", "line 1", "line 2", *[""] * (height - 3)]
        await filled(shown, height - 2, first=3)
        expected = [f"line {number}" for number in range(height)]
        assert rows(shown) == ["line " + str(height), "", *expected[2:]]
        assert "following" in shown.text()


async def test_only_the_new_line_and_the_blank_one_behind_it_are_painted() -> None:
    async with showing(size=(80, 24), profile=SERIAL) as shown:
        await filled(shown, 50)
        await shown.rest()
        shown.trace._rate.sample = lambda *_: False  # type: ignore[method-assign] # another title paints all
        painted: list[int] = []
        render = shown.trace.render_line

        def noted(y: int) -> Strip:
            painted.append(y)
            return render(y)

        shown.trace.render_line = noted  # type: ignore[method-assign]
        await filled(shown, 1, first=50)
        await shown.sees("line 50")
        assert len(set(painted)) == 2


async def test_a_pause_leaves_the_page_and_scrolling_puts_it_in_order() -> None:
    async with showing(size=(80, 24), profile=SERIAL) as shown:
        height = shown.trace.content_size.height
        await filled(shown, 53)
        before = rows(shown)
        await shown.press("space")
        await shown.sees("paused")
        shown.controller.write("m4", "later")
        await shown.sees("1 new")
        assert rows(shown) == before
        await shown.press("shift+tab", "up")
        await shown.until(lambda: rows(shown) == [f"line {number}" for number in range(52 - height, 52)])
        await shown.press("G")
        await shown.sees("later")
        assert rows(shown)[-1] == ""
        assert "following" in shown.text()


async def test_what_is_copied_from_a_page_is_in_the_order_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async with showing(size=(80, 24), profile=SERIAL) as shown:
        copied: list[str] = []
        monkeypatch.setattr(shown.app, "copy_to_clipboard", copied.append)
        await filled(shown, 53)
        await filled(shown, 2, first=53)
        height = shown.trace.content_size.height
        await shown.press("shift+tab", "y")
        texts = [line[13:] for line in copied[0].splitlines()]
        assert texts == [f"line {number}" for number in range(55 - len(texts), 55)]
        assert len(texts) == height - 1


async def test_another_size_another_filter_and_dropped_lines_begin_a_page_that_is_right() -> None:
    async with showing(size=(80, 24), profile=SERIAL) as shown:
        await filled(shown, 53)
        await shown.pilot.resize_terminal(100, 20)
        await shown.until(lambda: rows(shown)[-2:] == ["line 52", ""])
        await shown.press("slash")
        await shown.type("line 5")
        await shown.press("enter")
        await shown.until(lambda: rows(shown)[0] == "line 5")
        assert rows(shown)[:5] == ["line 5", "line 50", "line 51", "line 52", ""]


async def test_dropped_lines_leave_the_page_alone() -> None:
    controller = ScriptedController()
    controller.trace(key("m4")).capacity_bytes = 8_000
    async with showing(controller, size=(80, 24), profile=SERIAL) as shown:
        for first in range(0, 200, 10):
            shown.controller.write("m4", *(f"line {number}" for number in range(first, first + 10)))
            await shown.until(lambda upto=first + 10: shown.trace._total == upto)  # type: ignore[misc]
        await shown.sees("line 199")
        shown_now = {row for row in rows(shown) if row}
        assert shown_now == {f"line {number}" for number in range(200 - len(shown_now), 200)}
