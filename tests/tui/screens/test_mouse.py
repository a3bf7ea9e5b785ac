from __future__ import annotations

from textual.events import MouseScrollUp

from rproc_tui.model.outcome import Verb
from tests.tui.showing import Shown, showing


async def click(shown: Shown, text: str) -> None:
    """Click on the first place where a text stands."""
    lines = shown.text().splitlines()
    y = next(number for number, line in enumerate(lines) if text in line)
    await shown.pilot.click(offset=(lines[y].index(text) + 1, y))
    await shown.rest()


async def test_a_click_selects_a_processor() -> None:
    async with showing() as shown:
        await click(shown, "pru0")
        await shown.until(lambda: shown.selected == "pru0")


async def test_a_click_on_a_panel_gives_it_the_focus() -> None:
    async with showing() as shown:
        await click(shown, "retram")
        await shown.until(lambda: shown.focused == "segments")


async def test_a_click_on_the_key_line_presses_the_key() -> None:
    async with showing() as shown:
        await click(shown, "reload")
        await shown.until(lambda: shown.controller.acts == [("m4", Verb.RELOAD, None)])


async def test_a_click_on_a_tab_brings_its_panel() -> None:
    async with showing(size=(80, 24)) as shown:
        await click(shown, "Segments")
        await shown.sees("retram")
        assert shown.focused == "segments"


async def test_the_wheel_scrolls_the_trace_and_pauses_it() -> None:
    async with showing() as shown:
        shown.controller.write("m4", *(f"line {number}" for number in range(100)))
        await shown.sees("line 99")
        await shown.pilot._post_mouse_events([MouseScrollUp], "#trace", button=0)
        await shown.sees("paused")


async def test_a_click_chooses_in_a_list_and_beside_it_leaves() -> None:
    async with showing() as shown:
        await shown.press("t")
        await shown.sees("paper")
        await click(shown, "paper")
        await shown.until(lambda: shown.app.theme == "paper")
        await shown.press("t")
        await shown.sees("esc leaves")
        await shown.pilot.click(offset=(2, 2))
        await shown.sees_no("esc leaves")
