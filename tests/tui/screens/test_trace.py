from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rproc_tui.model.connection import Connection, Link
from rproc_tui.model.machine_clock import MachineClock
from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.ring import LINE_OVERHEAD, TraceRing
from tests.tui.scripted import ScriptedController, host, key
from tests.tui.showing import Shown, showing

pytestmark = pytest.mark.usefixtures("utc")


async def opened(shown: Shown) -> None:
    await shown.press("2")
    await shown.until(lambda: shown.app.board is not shown.overview and shown.app.screen is shown.app.board)


def boots(shown: Shown, *runs: str) -> None:
    """The processor m4 said something in each of its runs."""
    ring = shown.controller.trace(key("m4"))
    for number, text in enumerate(runs):
        now = shown.controller.clock.monotonic()
        if number:
            ring.append([TraceLine("restart", now, LineKind.RESTART)])
        ring.append([TraceLine(text, now)])
    shown.controller.write("m4")


def order(shown: Shown, *texts: str) -> list[int]:
    """The rows of the screen on which texts stand."""
    rows = shown.text().splitlines()
    return [next(number for number, row in enumerate(rows) if text in row) for text in texts]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_trace_has_a_screen_of_its_own_and_esc_leaves_it(size: tuple[int, int]) -> None:
    async with showing(size=size) as shown:
        shown.controller.write("m4", *(f"line {number}" for number in range(100)))
        await opened(shown)
        await shown.sees("line 99")
        assert f"line {100 - size[1] + 8}" in shown.text()
        await shown.press("escape")
        await shown.until(lambda: shown.app.screen is shown.overview)


async def test_the_strip_selects_whose_trace_is_shown() -> None:
    async with showing() as shown:
        shown.controller.write("m4", "of m4")
        shown.controller.write("dsp", "of dsp")
        await opened(shown)
        await shown.sees("of m4")
        await shown.press("tab", "right", "enter")
        await shown.sees("of dsp")
        assert shown.focused == "trace"
        await shown.press("1")
        assert shown.selected == "dsp"


async def test_all_processors_merge_by_time_and_the_kernel_joins_them() -> None:
    async with showing() as shown:
        await opened(shown)
        shown.controller.write("m4", "first", at=1000.1)
        shown.controller.write("dsp", "second", at=1000.2)
        shown.controller.write("m4", "fourth", at=1000.4)
        shown.controller.clock.advance(0.3)
        shown.controller.say_in_kernel("remoteproc remoteproc1: third")
        await shown.press("M")
        await shown.sees("Trace · 4 processors")
        await shown.sees("dsp  second")
        assert "third" not in shown.text()
        await shown.press("O")
        await shown.sees("kernel remoteproc remoteproc1: third")
        rows = order(shown, "m4     first", "dsp    second", "third", "m4     fourth")
        assert rows == sorted(rows)
        shown.controller.write("r5f", "fifth", at=1000.5)
        await shown.sees("r5f    fifth")
        await shown.press("M")
        await shown.sees("Trace · m4 and kernel")
        await shown.sees_no("dsp  second")
        await shown.press("O")
        await shown.sees_no("third")


async def test_where_boards_are_merged_their_clocks_are_told() -> None:
    board = host(connection=Connection(Link.CONNECTED, 900.0, generation=1), clock=MachineClock(100.0, 192.0, 0.5))
    async with showing(ScriptedController(board, host((), label="here"))) as shown:
        await opened(shown)
        await shown.press("M")
        await shown.sees("merged by the time at which lines arrived here; the boards' own clocks: demo: 3 min ahead")
        await shown.press("M")
        await shown.sees_no("own clocks")


async def test_a_line_of_the_kernel_comes_into_sight_when_it_is_said() -> None:
    async with showing() as shown:
        await opened(shown)
        await shown.press("O")
        shown.controller.say_in_kernel("remoteproc remoteproc0: crash detected")
        await shown.sees("crash detected")


async def test_earlier_boots_are_shown_one_by_one() -> None:
    async with showing() as shown:
        boots(shown, "in the first", "in the second", "in the third")
        await opened(shown)
        await shown.sees("in the third")
        assert "in the first" in shown.text()
        await shown.press("p")
        await shown.sees("boot 2 of 3")
        assert "in the second" in shown.text()
        assert "in the third" not in shown.text()
        await shown.press("p")
        await shown.sees("boot 1 of 3")
        await shown.press("p")
        await shown.sees("no earlier boot is kept")
        shown.controller.write("m4", "later")
        await shown.press("P")
        await shown.sees("boot 2 of 3")
        await shown.press("P")
        await shown.sees("later")
        await shown.press("P")
        await shown.sees("this is the newest boot")


async def test_esc_comes_back_from_an_earlier_boot_and_a_boot_meanwhile_moves_nothing() -> None:
    async with showing() as shown:
        boots(shown, "in the first", "in the second")
        await opened(shown)
        await shown.press("p")
        await shown.sees("boot 1 of 2")
        boots(shown, "-", "in the third")
        await shown.press("P")
        await shown.sees("boot 2 of 3")
        await shown.press("escape")
        await shown.sees("in the third")
        assert "in the first" in shown.text()


async def test_boots_are_those_of_one_processor() -> None:
    async with showing() as shown:
        await opened(shown)
        await shown.press("M", "p")
        await shown.sees("boots are those of one processor")


async def test_a_search_marks_what_it_finds_and_goes_from_match_to_match() -> None:
    async with showing(size=(80, 24)) as shown:
        await opened(shown)
        shown.controller.write(
            "m4", *(f"err {number}" if number % 100 == 5 else f"tick {number}" for number in range(400))
        )
        await shown.sees("tick 399")
        await shown.press("F")
        await shown.type("ERR")
        await shown.press("backspace", "backspace", "backspace")
        await shown.type("err")
        await shown.press("enter")
        await shown.sees("▸22:13:20.000 err 305")
        assert "paused" in shown.text()
        assert "find err" in shown.text()
        for pressed, seen in (("N", "err 205"), ("N", "err 105"), ("n", "err 205"), ("n", "err 305"), ("n", "err 5")):
            await shown.press(pressed)
            await shown.sees(f"▸22:13:20.000 {seen}")
        await shown.press("escape")
        await shown.sees_no("find err")


async def test_a_search_that_finds_nothing_says_so_and_one_without_words_asks_for_them() -> None:
    async with showing() as shown:
        await opened(shown)
        shown.controller.write("m4", "one", "two")
        await shown.press("n")
        await shown.sees("nothing is searched for: `F` asks")
        await shown.press("colon")
        await shown.type("find three")
        await shown.press("enter")
        await shown.sees("`three` is in none of 2 lines")


async def test_marks_with_words_and_boots_are_landmarks() -> None:
    async with showing(size=(80, 24)) as shown:
        boots(shown, "one", "two")
        await opened(shown)
        await shown.press("colon")
        await shown.type("mark pressed the button")
        await shown.press("enter")
        await shown.sees("▶ mark 22:13:20 pressed the button")
        shown.controller.write("m4", *(f"line {number}" for number in range(100)))
        await shown.sees("line 99")
        await shown.press("left_square_bracket")
        await shown.sees("▸22:13:20.000 ▶ mark")
        await shown.press("left_square_bracket")
        await shown.sees("▸22:13:20.000 ↻ restart")
        await shown.press("right_square_bracket")
        await shown.sees("▸22:13:20.000 ▶ mark")


async def test_long_lines_are_wrapped_below_their_text_and_scrolled_piece_by_piece() -> None:
    async with showing(size=(80, 24)) as shown:
        await opened(shown)
        shown.controller.write("m4", "a" * 70 + "END", *(f"line {number}" for number in range(30)))
        await shown.sees("line 29")
        await shown.press("g", "W")
        await shown.sees(" " * 14 + "aaaaaaaEND")
        await shown.press("G")
        await shown.sees("line 29")
        assert "END" not in shown.text()
        await shown.press("g", "down")
        await shown.sees("END")
        assert shown.text().count("aaaaaaa") == 1
        await shown.press("pagedown", "pageup", "up", "W")
        await shown.sees("»")


async def test_wrapped_lines_follow_the_newest() -> None:
    async with showing(size=(80, 24)) as shown:
        await opened(shown)
        await shown.press("W")
        for number in range(40):
            shown.controller.write("m4", "x" * 100 + f" {number}.")
        await shown.sees(" 39.")
        assert "following" in shown.text()
        await shown.press("up")
        await shown.sees("paused")
        shown.controller.write("m4", "new")
        await shown.sees("1 new")
        await shown.press("pagedown")
        await shown.sees("following")


async def test_the_time_before_the_lines_goes_round_and_has_a_command() -> None:
    async with showing() as shown:
        await opened(shown)
        shown.controller.trace(key("m4")).append([TraceLine("restart", 1000.0, LineKind.RESTART)])
        shown.controller.trace(key("m4")).append([TraceLine("[0.250] up", 1001.5, firmware_time=0.25)])
        shown.controller.write("m4", "silent", at=1002.0)
        seen = ["22:13:21.500 [0.250] up", "+1.500 [0.250] up", "       0.250 [0.250] up", "│ [0.250] up"]
        for each in seen[1:]:
            await shown.press("T")
            await shown.sees(each)
        await shown.press("T")
        await shown.sees(seen[0])
        await shown.press("colon")
        await shown.type("times relative")
        await shown.press("enter")
        await shown.sees("+2.000 silent")
        await shown.press("colon")
        await shown.type("times never")
        await shown.press("enter")
        await shown.sees("there are clock, relative, firmware, none")


async def test_what_is_shown_is_saved_with_its_names(tmp_path: Path) -> None:
    async with showing() as shown:
        shown.controller.folder = str(tmp_path)
        await opened(shown)
        await shown.press("e")
        await shown.sees("nothing to save")
        shown.controller.write("m4", "one", at=1000.0)
        shown.controller.write("dsp", "two", at=1000.5)
        await shown.press("M")
        await shown.sees("dsp  two")
        await shown.press("e")
        await shown.sees("saved 2 lines")
        (path,) = (tmp_path / "traces").iterdir()
        assert path.name.startswith("merged-")
        assert path.read_text() == "22:13:20.000 m4   one\n22:13:20.500 dsp  two\n"


async def test_the_lines_in_sight_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    async with showing() as shown:
        copied: list[str] = []
        monkeypatch.setattr(shown.app, "copy_to_clipboard", copied.append)
        await opened(shown)
        shown.controller.write("m4", "one", "two")
        await shown.sees("two")
        await shown.press("y")
        assert copied == ["22:13:20.000 one\n22:13:20.000 two"]


async def test_every_command_of_the_trace_works_on_both_of_its_screens() -> None:
    async with showing() as shown:
        boots(shown, "one", "two")
        for screen in ("1", "2"):
            await shown.press(screen)
            for command, seen in [
                ("merge", "4 processors"),
                ("kernel-lines", "4 processors and kernel"),
                ("merge", "m4 and kernel"),
                ("kernel-lines", "· m4 ·"),
                ("previous-boot", "boot 1 of 2"),
                ("next-boot", "following"),
                ("filter two", "/two 2 of 3"),
                ("times none", "│ two"),
                ("times clock", "22:13:20.000 two"),
                ("find tw", "find tw"),
            ]:
                await shown.press("colon")
                await shown.type(command)
                await shown.press("enter")
                await shown.sees(seen)
            await shown.press("escape", "escape")


async def test_a_million_lines_are_scrolled_and_searched_without_looking_at_them_all_at_once() -> None:
    controller = ScriptedController()
    ring = TraceRing(1_000_000 * (LINE_OVERHEAD + 30))
    line = TraceLine("the same in all lines", 1000.0)
    ring.append([TraceLine("the first", 1000.0)])
    for _ in range(100):
        ring.append([line] * 10_000)
    controller._rings[key("m4")] = ring
    async with showing(controller) as shown:
        await opened(shown)
        looked_at = 0
        looks = ring.line

        def counted(number: int) -> TraceLine:
            nonlocal looked_at
            looked_at += 1
            return looks(number)

        ring.line = counted  # type: ignore[method-assign]
        await shown.press("pageup", "up", "g", "pagedown", "G", "pageup")
        await shown.sees("paused")
        assert looked_at < 6 * 200
        await shown.press("g", "F")
        await shown.type("first")
        await shown.press("enter")
        looked_at = 0
        await shown.press("W")  # a key in the middle of the search is answered
        assert looked_at < 100_000
        await shown.sees("▸22:13:20.000 the first")
        await asyncio.sleep(0)
