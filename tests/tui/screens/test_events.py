from __future__ import annotations

import pathlib

import pytest

from rproc_tui.controller.changes import EventHappened
from rproc_tui.model.event import Event, EventKind
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.tui.screens.events import EventsScreen
from tests.tui.scripted import ScriptedController, failure, key
from tests.tui.showing import Shown, showing

pytestmark = pytest.mark.usefixtures("utc")


def happen(
    controller: ScriptedController, text: str, kind: EventKind = EventKind.STATE, severity: str = "info"
) -> None:
    event = Event(controller.clock.monotonic(), kind, text, "demo", key("m4"), "m4", severity)
    controller.events.append(event)
    controller._tell(EventHappened(event))


def board() -> ScriptedController:
    controller = ScriptedController()
    happen(controller, "m4 is running, was offline")
    outcome = failure()
    controller.events.append(
        Event(1000.5, EventKind.ACTION, f"boot: {outcome.message}", "demo", key("pru0"), "pru0", "error", (), outcome)
    )
    line = KernelLine(8, 12.6, 4, "remoteproc remoteproc0: crash detected in m4: type watchdog")
    controller.events.append(Event(1001.0, EventKind.CRASHED, line.text, "demo", key("m4"), "m4", "error", (line,)))
    return controller


async def opened(shown: Shown) -> EventsScreen:
    await shown.press("6")
    await shown.until(lambda: isinstance(shown.app.screen, EventsScreen))
    screen = shown.app.screen
    assert isinstance(screen, EventsScreen)
    await shown.rest()
    return screen


async def test_what_happened_before_the_screen_was_opened_is_listed_with_the_newest_in_full() -> None:
    async with showing(board()) as shown:
        await opened(shown)
        await shown.sees("Events · 3 · following")
        await shown.sees("22:13:21.000  m4          ✖ crash     remoteproc remoteproc0: crash detected")
        await shown.sees("✖ [12.600000] remoteproc remoteproc0: crash detected in m4: type watchdog")


async def test_an_event_is_followed_until_one_moves_up() -> None:
    async with showing(board()) as shown:
        screen = await opened(shown)
        happen(shown.controller, "m4 is offline, was crashed")
        await shown.until(lambda: screen.list.cursor == 3)
        await shown.press("up")
        await shown.sees("Events · 4 · paused")
        happen(shown.controller, "m4 is running, was offline")
        await shown.sees("Events · 5 · paused")
        assert screen.list.cursor == 2
        await shown.press("G")
        await shown.sees("Events · 5 · following")
        assert screen.list.cursor == 4
        await shown.press("space")
        await shown.sees("Events · 5 · paused")
        await shown.press("space")
        await shown.sees("Events · 5 · following")


async def test_a_failed_action_tells_its_errno_its_cure_and_the_kernels_lines() -> None:
    async with showing(board()) as shown:
        await opened(shown)
        await shown.press("k")
        for seen in ("EINVAL: the kernel refused to start pru0", "→ segment 2", "bad phdr da 0x20000000"):
            await shown.sees(seen)


async def test_a_filter_and_the_faulty_narrow_the_list_and_esc_widens_it() -> None:
    async with showing(board()) as shown:
        await opened(shown)
        await shown.press("exclamation_mark")
        await shown.sees("Events · 2 of 3 · following · only warnings and errors")
        await shown.press("slash")
        await shown.type("pru0")
        await shown.press("enter")
        await shown.sees("Events · 1 of 3 · following · /pru0")
        await shown.press("escape")
        await shown.sees("Events · 2 of 3")
        await shown.press("escape")
        await shown.sees("Events · 3 · following")
        await shown.press("escape")
        await shown.until(lambda: shown.app.screen is shown.overview)


async def test_a_filter_that_takes_nothing_says_how_to_see_all_again() -> None:
    async with showing(board()) as shown:
        await opened(shown)
        await shown.press("colon")
        await shown.type("filter nothing")
        await shown.press("enter")
        await shown.sees("no event is like that: esc shows all again")


async def test_panels_change_with_tab_and_one_can_have_the_whole_screen() -> None:
    async with showing(board()) as shown:
        await opened(shown)
        await shown.press("enter")
        assert shown.focused == "event"
        await shown.press("z")
        await shown.sees_no("Events · 3")
        await shown.press("escape")
        await shown.sees("Events · 3")
        await shown.press("tab")
        assert shown.focused == "processors"
        await shown.press("tab")
        assert shown.focused == "events"


async def test_all_events_go_into_a_file(tmp_path: pathlib.Path) -> None:
    controller = board()
    controller.folder = str(tmp_path)
    async with showing(controller) as shown:
        await opened(shown)
        await shown.press("e")
        await shown.sees("saved 3 events to")
    (file,) = (tmp_path / "events").iterdir()
    assert file.read_text().splitlines()[0] == "22:13:20.000 m4 state m4 is running, was offline"


async def test_the_selected_event_stays_the_same_when_the_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rproc_tui.tui.event_rows.EVENTS_MOST", 3)
    async with showing(board()) as shown:
        screen = await opened(shown)
        await shown.press("up")
        chosen = screen.list.selected
        happen(shown.controller, "m4 is offline, was crashed")
        await shown.sees("m4 is offline")
        assert screen.list.selected is chosen


async def test_without_events_it_says_so() -> None:
    async with showing() as shown:
        await opened(shown)
        await shown.sees("nothing has happened since this program came")


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_it_fits_on_small_terminals(size: tuple[int, int]) -> None:
    async with showing(board(), size=size) as shown:
        await opened(shown)
        await shown.sees("Events · 3 · following")
        await shown.sees("─ Event · m4")


async def test_copy_takes_the_event_or_the_list() -> None:
    async with showing(board()) as shown:
        await opened(shown)
        await shown.press("y")
        await shown.sees("copied 3 lines")
        await shown.press("tab", "y")
        await shown.sees("copied 1 line to")
