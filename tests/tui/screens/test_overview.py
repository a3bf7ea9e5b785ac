from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Note, State
from rproc_tui.model.watch import Watch, WatchState
from tests.tui.scripted import ScriptedController, facts, host, key, processors
from tests.tui.showing import Shown, showing

GOLDEN = Path(__file__).parent / "golden"
pytestmark = pytest.mark.usefixtures("utc")


def compare(shown: Shown, name: str) -> None:
    """The screen as text against a file; where the file is missing it is written, and the test fails once."""
    path = GOLDEN / f"{name}.txt"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown.text() + "\n", encoding="utf-8")
        pytest.fail(f"{path.name} was missing and is written now: look at it, then run again")
    assert shown.text() + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "size"), [("wide", (120, 40)), ("compact", (80, 24)), ("tiny", (50, 10))])
async def test_the_overview_looks_as_it_did(name: str, size: tuple[int, int]) -> None:
    async with showing(size=size) as shown:
        shown.controller.write("m4", *(f"hub: tick {number} temp=23.4" for number in range(30)))
        if name != "tiny":
            await shown.sees("tick 29")
        compare(shown, f"overview-{name}")


async def test_the_processor_that_needs_somebody_is_selected_at_first() -> None:
    controller = ScriptedController(host(tuple(each for each in processors() if each.name != "m4")))
    async with showing(controller) as shown:
        assert shown.selected == "dsp"


async def test_moving_in_the_tree_changes_what_the_panels_show() -> None:
    async with showing() as shown:
        await shown.sees("m4 · remoteproc0")
        for press, seen in [("down", "dsp"), ("j", "pru0"), ("k", "dsp"), ("up", "m4"), ("G", "r5f"), ("g", "stm32mp")]:
            await shown.press(press)
            await shown.sees(f"╭─ {seen} ·" if seen != "stm32mp" else "╭─ demo ─")


async def test_on_a_crashed_processor_the_key_line_offers_to_recover_it() -> None:
    async with showing() as shown:
        await shown.sees("b boot")
        await shown.press("down")
        await shown.sees("b recover")
        await shown.press("b")
        await shown.sees("No      Recover     n no · y yes · arrows and enter")


async def test_a_host_folds_and_unfolds() -> None:
    async with showing() as shown:
        await shown.press("left")
        await shown.sees("▸ stm32mp157c-dk2")
        assert "m4    running" not in shown.text()
        await shown.press("right")
        await shown.sees("m4    running")
        await shown.press("enter")
        await shown.sees("▸ stm32mp157c-dk2")


async def test_a_new_snapshot_changes_the_screen_in_place() -> None:
    async with showing() as shown:
        shown.controller.change("m4", state=State.CRASHED, crashes=4)
        await shown.sees("✖ m4    crashed    ×4")  # noqa: RUF001 (times)
        assert shown.selected == "m4"


async def test_a_selected_processor_that_goes_leaves_the_selection_to_another() -> None:
    async with showing() as shown:
        shown.controller.publish(host(processors()[1:]))
        await shown.until(lambda: shown.selected == "dsp")


async def test_a_pending_action_is_shown_in_the_tree_and_in_the_state_panel() -> None:
    async with showing() as shown:
        shown.controller.pend("m4", Verb.RELOAD, seconds=3)
        await shown.sees("◔ m4    reloading 3 s")
        assert "◔ reloading 3 s" in shown.text()
        shown.controller.clock.advance(2)
        await shown.sees("◔ m4    reloading 5 s")


async def test_a_rejected_file_stays_on_the_screen() -> None:
    async with showing() as shown:
        shown.controller.change("m4", watch=Watch("/fw", WatchState.REJECTED, "segment 2 lies in no memory region"))
        await shown.sees("✖ rejected")
        await shown.press("escape", "down", "up")
        await shown.sees("segment 2 lies in no memory")
        assert "⟳ watching 1" in shown.text()


async def test_tab_walks_through_the_panels_and_back() -> None:
    async with showing() as shown:
        walked = []
        for _ in range(5):
            await shown.press("tab")
            walked.append(shown.focused)
        assert walked == ["state", "resources", "segments", "trace", "processors"]
        await shown.press("shift+tab")
        assert shown.focused == "trace"


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_panel_can_be_alone_and_esc_brings_the_others_back(size: tuple[int, int]) -> None:
    async with showing(size=size) as shown:
        before = shown.text()
        await shown.press("shift+tab", "z")
        await shown.sees_no("remoteproc0")
        assert "Trace · m4" in shown.text()
        await shown.press("escape")
        assert shown.focused == "trace"
        await shown.press("escape")
        await shown.until(lambda: shown.text() == before)


async def test_in_a_small_terminal_panels_are_tabs_and_the_trace_keeps_half() -> None:
    async with showing(size=(80, 24)) as shown:
        assert shown.trace.outer_size.height == 12
        for name, seen in [("state", "recovery  enabled"), ("resources", "vdev0buf"), ("segments", "retram")]:
            await shown.press("tab")
            assert shown.focused == name
            await shown.sees(seen)
        await shown.press("escape")
        assert shown.focused == "processors"
        await shown.press("right")
        assert shown.selected == "dsp"


async def test_the_layout_follows_the_terminal() -> None:
    async with showing() as shown:
        for size, seen in [
            ((80, 24), " State  Resource table  Segments"),
            ((40, 12), "60x16; q leaves"),
            ((120, 40), "Processors"),
        ]:
            await shown.pilot.resize_terminal(*size)
            await shown.sees(seen)


@pytest.mark.parametrize("digit", ["1", "2", "3", "4", "5", "6"])
async def test_nothing_is_drawn_over_the_word_about_a_small_terminal_and_the_keys_are_back_afterwards(
    digit: str,
) -> None:
    async with showing() as shown:
        await shown.press(digit)
        await shown.press("b")
        await shown.sees("already running")
        focused = shown.focused
        assert focused is not None
        await shown.pilot.resize_terminal(59, 15)
        await shown.sees("60x16; q leaves")
        assert shown.text().split("\n", 1)[1].strip() == ""
        await shown.press("b")
        assert "already running" not in shown.text()
        await shown.pilot.resize_terminal(120, 40)
        await shown.until(lambda: shown.focused == focused)


async def test_the_selection_moves_again_after_the_terminal_was_too_small() -> None:
    async with showing() as shown:
        await shown.pilot.resize_terminal(59, 15)
        await shown.sees("60x16; q leaves")
        await shown.pilot.resize_terminal(120, 40)
        await shown.sees("Processors")
        await shown.until(lambda: shown.focused == "processors")
        await shown.press("down")
        assert shown.selected == "dsp"


async def test_only_the_faulty_are_listed_when_asked_for() -> None:
    async with showing() as shown:
        await shown.press("exclamation_mark")
        await shown.sees("Faulty processors")
        assert "pru0" not in shown.text()
        await shown.until(lambda: shown.selected == "dsp")
        await shown.press("escape")
        await shown.sees("pru0")


async def test_where_nothing_is_faulty_the_list_stays_and_says_so() -> None:
    async with showing(ScriptedController(host(processors()[:1]))) as shown:
        await shown.press("exclamation_mark")
        await shown.sees("nothing is faulty")
        assert "m4    running" in shown.text()
        shown.controller.change("m4", state=State.CRASHED)
        await shown.sees_no("nothing is faulty")


async def test_in_a_small_terminal_the_selection_is_named_and_marked() -> None:
    async with showing(size=(80, 24)) as shown:
        await shown.sees(" m4 ·  State  Resource table")
        assert "▸● m4 running" in shown.text()
        await shown.press("right")
        await shown.sees(" dsp ·  State  Resource table")
        assert "▸✖ dsp crashed" in shown.text()


async def test_a_board_without_processors_says_what_to_do_next() -> None:
    empty = host((), error="/sys/class/remoteproc cannot be read", advice=("load the driver of your processors",))
    async with showing(ScriptedController(empty)) as shown:
        await shown.sees("✖ /sys/class/remoteproc cannot be read")
        assert "→ load the driver of your processors" in shown.text()
        assert "Resource table" not in shown.text()
        shown.controller.publish(host())
        await shown.sees("Resource table")


async def test_an_empty_board_without_advice_is_pointed_to_the_demo() -> None:
    async with showing(ScriptedController(host(()))) as shown:
        await shown.sees("No remote processors here.")
        assert "rproc-tui --demo" in shown.text()


async def test_facts_of_a_file_that_comes_later_are_shown() -> None:
    async with showing() as shown:
        await shown.press("down", "down")
        await shown.sees("no memory regions known")
        shown.controller.files[key("pru0")] = facts()
        shown.controller.change("pru0", firmware="new.elf")
        await shown.sees("Segments · new.elf")
        assert "in no region" in shown.text()


async def test_a_board_whose_processors_come_late_has_one_of_them_selected() -> None:
    async with showing(ScriptedController(host(()))) as shown:
        shown.controller.publish(host())
        await shown.sees("dsp · remoteproc1")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_names_that_look_like_markup_are_shown_as_they_are(size: tuple[int, int]) -> None:
    name, firmware = "[red]x[/]", "[@click=app.quit]"
    first = replace(processors()[0], name=name, firmware=firmware, driver="$primary", notes=frozenset({Note.SILENT}))
    async with showing(ScriptedController(host((first,), model="[b]board", label="[/]")), size=size) as shown:
        for text in (name, firmware, "[b]board", "$primary"):
            await shown.sees(text)


async def test_nothing_is_painted_again_when_nothing_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    async with showing() as shown:
        await shown.sees("m4 · remoteproc0")
        painted: list[object] = []

        def note(*painting: object, **how: object) -> None:
            painted.append((painting, how))

        for widget in shown.overview.query("*"):
            monkeypatch.setattr(widget, "refresh", partial(note, widget))
        first, *rest = processors()
        shown.controller.publish(host((replace(first, trace_moved=999.95), *rest)))
        await shown.pilot.pause()
        shown.overview.renew()
        await shown.pilot.pause()
        assert painted == []
