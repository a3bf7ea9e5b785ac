from __future__ import annotations

import pytest

from rproc_tui.controller.changes import EventHappened
from rproc_tui.model.event import Event, EventKind
from rproc_tui.model.processor import State
from rproc_tui.tui.crash_news import CrashNews, crash_sentence
from tests.tui.crashes import record
from tests.tui.scripted import ScriptedController, key
from tests.tui.showing import showing

TEXT = "m4 crashed: failed assertion, in check (src/main.c:5)"


def captured(place: str | None = "check (src/main.c:5)") -> Event:
    text = f"{TEXT}; kept in /state/crashes/1"
    return Event(1000.0, EventKind.CAPTURED, text, "demo", key("m4"), "m4", "error", crash=record(place=place))


def crash(controller: ScriptedController, *, stays: bool) -> None:
    """It crashed, and the evidence was examined; the kernel has recovered it unless it `stays`."""
    controller.change("m4", state=State.CRASHED if stays else State.RUNNING, crashes=1)
    event = captured()
    controller.events.append(event)
    controller._tell(EventHappened(event))


async def test_a_crash_is_told_with_the_keys_that_show_and_recover_it_until_it_is_recovered() -> None:
    async with showing() as shown:
        await shown.press("down")
        crash(shown.controller, stays=True)
        await shown.sees(f"✖ {TEXT}; `5` shows where and why; `b` recovers it")
        shown.controller.change("m4", state=State.RUNNING)
        await shown.sees_no("shows where and why")


async def test_a_crash_that_the_kernel_has_recovered_is_told_until_esc() -> None:
    async with showing() as shown:
        crash(shown.controller, stays=False)
        await shown.sees(f"✖ {TEXT}; `5` shows where and why")
        assert "recovers it" not in shown.text()
        shown.controller.change("m4", crashes=2)
        await shown.sees("shows where and why")
        await shown.press("escape")
        await shown.sees_no("shows where and why")


@pytest.mark.parametrize(("digit", "told"), [("2", True), ("3", True), ("4", True), ("5", False), ("6", True)])
async def test_it_is_told_on_every_screen_but_that_of_the_crashes(digit: str, told: bool) -> None:
    async with showing() as shown:
        await shown.press(digit)
        await shown.until(lambda: shown.app.screen is not shown.overview)
        crash(shown.controller, stays=True)
        await shown.sees("m4 crashed")
        await shown.rest()
        assert ("shows where and why" in shown.text()) is told


async def test_what_was_seen_on_another_screen_is_not_told_again() -> None:
    async with showing() as shown:
        await shown.press("2")
        await shown.until(lambda: shown.app.screen is not shown.overview)
        crash(shown.controller, stays=True)
        await shown.sees("shows where and why")
        await shown.press("1")
        await shown.until(lambda: shown.app.screen is shown.overview)
        assert "shows where and why" not in shown.text()


def test_only_the_newest_crash_counts_and_other_events_do_not() -> None:
    news = CrashNews()
    first = Event(1.0, EventKind.CAPTURED, "one", "demo")
    second = Event(2.0, EventKind.CAPTURED, "two", "demo")
    other = Event(3.0, EventKind.STATE, "three", "demo")
    assert news.newest([first, second, other]) is second
    assert news.newest([first, second, other]) is None
    assert news.newest([first, second, other, other]) is None


def test_a_place_is_promised_only_where_one_is_known() -> None:
    told = [crash_sentence(captured(place), stays=False, looks="5", recovers=None) for place in ("main", None)]
    assert told == [f"{TEXT}; `5` shows where and why", f"{TEXT}; `5` shows what was kept of it"]


def test_keys_that_are_bound_to_nothing_are_not_named() -> None:
    event = Event(1.0, EventKind.CAPTURED, "m4 crashed: watchdog", "demo")
    assert crash_sentence(event, stays=True, looks=None, recovers=None) == "m4 crashed: watchdog"
