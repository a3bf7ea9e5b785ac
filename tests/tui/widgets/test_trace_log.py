from __future__ import annotations

import pytest

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.ring import LINE_OVERHEAD, TraceRing
from tests.tui.scripted import key
from tests.tui.showing import Shown, showing

pytestmark = pytest.mark.usefixtures("utc")


async def filled(shown: Shown, count: int = 200) -> None:
    shown.controller.write("m4", *(f"line {number}" for number in range(count)))
    await shown.until(lambda: shown.trace.row_count == count)
    await shown.press("shift+tab")
    assert shown.focused == "trace"


async def test_the_newest_lines_are_in_sight_with_the_time_of_their_arrival() -> None:
    async with showing() as shown:
        await filled(shown)
        await shown.sees("22:13:20.000 line 199")
        assert "Trace · m4 · following" in shown.text()


@pytest.mark.parametrize("pressed", ["up", "k", "pageup", "g"])
async def test_scrolling_up_pauses_and_counts_what_is_unseen(pressed: str) -> None:
    async with showing() as shown:
        await filled(shown)
        await shown.press(pressed)
        assert not shown.trace.following
        top = shown.trace.top
        shown.controller.write("m4", *(f"new {number}" for number in range(7)))
        await shown.sees("paused · 7 new")
        assert shown.trace.top == top
        await shown.press("G")
        await shown.sees("new 6")
        assert shown.trace.following


async def test_lines_scrolled_into_sight_are_seen_and_the_bottom_follows_again() -> None:
    async with showing() as shown:
        await filled(shown)
        await shown.press("up", "up")
        shown.controller.write("m4", "new 0", "new 1")
        await shown.sees("paused · 2 new")
        await shown.press("down", "down", "down")
        await shown.sees("paused · 1 new")
        await shown.press("down")
        await shown.sees("following")


async def test_space_pauses_from_any_panel() -> None:
    async with showing() as shown:
        await filled(shown)
        await shown.press("tab", "space")
        await shown.sees("Trace · m4 · paused")
        shown.controller.write("m4", "later")
        await shown.sees("1 new")
        await shown.press("space")
        await shown.sees("later")


async def test_page_keys_scroll_the_trace_from_a_panel_that_has_nothing_to_scroll() -> None:
    async with showing() as shown:
        await filled(shown)
        await shown.press("tab", "pageup")
        assert shown.focused == "processors"
        assert not shown.trace.following


async def test_a_filter_works_while_it_is_typed() -> None:
    async with showing() as shown:
        shown.controller.write("m4", "<err> i2c", "tick", "<err> spi", "tock")
        await shown.sees("tock")
        await shown.press("slash")
        await shown.type("err")
        await shown.sees_no("tock")
        await shown.sees("/err 2 of 4")
        shown.controller.write("m4", "tick", "<err> can")
        await shown.sees("<err> can")
        await shown.press("backspace", "backspace", "backspace")
        await shown.sees("tock")


async def test_a_filter_that_matches_nothing_says_so() -> None:
    async with showing() as shown:
        shown.controller.write("m4", "one")
        await shown.press("slash")
        await shown.type("two")
        await shown.sees("no line matches the filter")
        assert "b boot" not in shown.text()
        shown.controller.change("m4", crashes=1)
        await shown.sees("×1")  # noqa: RUF001 (times)
        assert "b boot" not in shown.text()
        await shown.press("escape")
        await shown.sees("b boot")
        await shown.sees("one")


async def test_enter_keeps_a_filter_and_esc_takes_it_away() -> None:
    async with showing() as shown:
        shown.controller.write("m4", "one", "two")
        await shown.press("slash")
        await shown.type("!one")
        await shown.press("enter")
        await shown.sees("/!one 1 of 2")
        assert shown.focused == "processors"
        await shown.press("slash", "escape")
        await shown.sees_no("/!one")
        await shown.press("slash")
        await shown.type("two")
        await shown.press("enter", "escape")
        await shown.sees_no("/two")


async def test_a_filter_that_stays_as_it_was_moves_nothing() -> None:
    async with showing() as shown:
        await filled(shown)
        await shown.press("up")
        await shown.sees("paused")
        before = shown.trace.top
        await shown.press("slash", "enter")
        await shown.sees("paused")
        assert shown.trace.top == before


async def test_a_bad_expression_keeps_the_last_filter_and_says_why() -> None:
    async with showing() as shown:
        shown.controller.write("m4", "one", "two")
        await shown.press("slash")
        await shown.type("/[/")
        await shown.sees("cannot be used")


async def test_a_mark_goes_into_the_trace() -> None:
    async with showing() as shown:
        shown.controller.write("m4", "before")
        await shown.press("m")
        await shown.sees("▶ mark 22:13:20")
        assert shown.controller.trace(key("m4")).line(1).kind is LineKind.MARK


async def test_lines_that_are_dropped_do_not_move_what_one_reads() -> None:
    async with showing() as shown:
        ring = TraceRing(60 * (LINE_OVERHEAD + 8))
        shown.controller._rings[key("m4")] = ring
        shown.overview.renew()
        shown.controller.write("m4", *(f"line {number:03}" for number in range(60)))
        await shown.sees("line 059")
        await shown.press("shift+tab", *["up"] * 10)
        first = shown.trace.text.partition("\n")[0]
        shown.controller.write("m4", *(f"more {number:03}" for number in range(20)))
        await shown.sees("20 new")
        assert ring.start == 20
        assert shown.trace.text.partition("\n")[0] == first


async def test_a_line_that_is_dropped_before_the_next_repaint_does_no_harm() -> None:
    async with showing() as shown:
        ring = TraceRing(10 * (LINE_OVERHEAD + 8))
        shown.controller._rings[key("m4")] = ring
        shown.overview.renew()
        shown.controller.write("m4", *(f"line {number:03}" for number in range(10)))
        await shown.sees("line 009")
        ring.append(TraceLine(f"more {number:03}", 1000.0) for number in range(50))
        shown.trace.refresh()
        assert shown.trace.texts() == [""] * 10
        await shown.sees_no("line 009")


async def test_a_partial_line_is_replaced_when_it_is_whole() -> None:
    async with showing() as shown:
        ring = shown.controller.trace(key("m4"))
        ring.append([TraceLine("half a li", 1000.0, partial=True)])
        shown.controller.write("m4")
        await shown.sees("half a li")
        shown.controller.write("m4", "half a line, now whole")
        await shown.sees("half a line, now whole")
        assert shown.trace.row_count == 1


async def test_long_lines_are_cut_and_go_on_to_the_right() -> None:
    async with showing() as shown:
        shown.controller.write("m4", "x" * 200 + "THE END")
        await shown.sees("»")
        await shown.press("shift+tab", *["right"] * 13)
        await shown.sees("THE END")
        await shown.press(*["left"] * 13)
        await shown.sees_no("THE END")


async def test_another_processor_has_its_own_trace() -> None:
    async with showing() as shown:
        shown.controller.write("m4", "of m4")
        shown.controller.write("dsp", "of dsp")
        await shown.sees("of m4")
        await shown.press("down")
        await shown.sees("of dsp")
        assert "of m4" not in shown.text()


async def test_an_empty_trace_says_why_it_is_empty() -> None:
    async with showing() as shown:
        await shown.sees("the trace buffer is empty so far")
        await shown.press("down", "down")
        await shown.sees("no trace while it is offline: `b` boots it")


async def test_hostile_text_stays_text() -> None:
    async with showing() as shown:
        shown.controller.write("m4", "[red]markup[/] [@click=app.quit]x[/] $primary {x}")
        await shown.sees("[red]markup[/] [@click=app.quit]x[/] $primary {x}")


async def test_repaints_are_coalesced_while_lines_pour_in() -> None:
    async with showing() as shown:
        repaints = 0
        repaint = shown.trace._repaint

        def counted() -> None:
            nonlocal repaints
            repaints += 1
            repaint()

        shown.trace._repaint = counted  # type: ignore[method-assign]
        for number in range(300):
            shown.controller.write("m4", f"line {number}")
            if number % 10 == 0:
                await shown.pilot.pause()
        await shown.sees("line 299")
        assert repaints < 60
