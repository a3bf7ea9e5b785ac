"""Screen 4: channels and rings of a processor, and talking on one of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from rproc_tui.errors import ChannelGone, NotPermitted
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import State
from rproc_tui.model.rpmsg import Rpmsg
from tests.tui.scripted import ScriptedController, host, processors, rpmsg
from tests.tui.showing import Shown, showing

GOLDEN = Path(__file__).parent / "golden"
pytestmark = pytest.mark.usefixtures("utc")


@asynccontextmanager
async def talking(size: tuple[int, int] = (120, 40)) -> AsyncIterator[Shown]:
    """The screen with m4 selected, which has three channels."""
    found = tuple(replace(each, rpmsg=rpmsg()) if each.name == "m4" else each for each in processors())
    async with showing(ScriptedController(host(found)), size=size) as shown:
        await shown.press("4")
        await shown.sees("Channels · m4")
        yield shown


def compare(shown: Shown, name: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if not path.exists():
        path.write_text(shown.text() + "\n", encoding="utf-8")
        pytest.fail(f"{path.name} was missing and is written now: look at it, then run again")
    assert shown.text() + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "size"), [("wide", (120, 40)), ("compact", (80, 24)), ("tiny", (50, 10))])
async def test_the_screen_looks_as_it_did(name: str, size: tuple[int, int]) -> None:
    found = tuple(replace(each, rpmsg=rpmsg()) if each.name == "m4" else each for each in processors())
    async with showing(ScriptedController(host(found)), size=size) as shown:
        await shown.press("4")
        if name != "tiny":
            await shown.press("L")
            shown.controller.talks[0].say(b"hello from the hub")
            await shown.sees("hello")
        await shown.rest()
        compare(shown, f"rpmsg-{name}")


async def test_a_message_is_typed_sent_and_answered_and_the_row_stays() -> None:
    async with talking() as shown:
        await shown.press("enter")
        await shown.type("ping")
        await shown.press("enter")
        await shown.sees("→ ping")
        (talk,) = shown.controller.talks
        assert talk.sent == [b"ping"]
        talk.say(b"pong")
        await shown.sees("← pong")
        await shown.type("bsx")
        await shown.press("enter")
        await shown.until(lambda: talk.sent == [b"ping", b"bsx"])
        assert shown.controller.acts == []
        await shown.press("escape")
        await shown.sees("b boot")
        assert shown.focused == "channels"


async def test_enter_on_nothing_ends_the_row() -> None:
    async with talking() as shown:
        await shown.press("i", "enter")
        await shown.sees("b boot")
        assert shown.controller.talks == []


async def test_a_line_is_sent_with_its_end() -> None:
    async with talking() as shown:
        await shown.press("down", "i")
        await shown.type("temp")
        await shown.press("enter")
        await shown.until(lambda: [talk.sent for talk in shown.controller.talks] == [[b"temp\n"]])


async def test_each_channel_has_a_log_of_its_own() -> None:
    async with talking() as shown:
        await shown.press("L")
        await shown.sees("Messages · rpmsg-raw")
        shown.controller.talks[0].say(b"on the first")
        await shown.sees("on the first")
        await shown.press("down")
        await shown.sees("nothing said yet")
        assert "on the first" not in shown.text()
        await shown.press("up")
        await shown.sees("on the first")


async def test_listening_can_be_ended() -> None:
    async with talking() as shown:
        await shown.press("L")
        await shown.sees("◉ rpmsg-raw")
        await shown.press("L")
        await shown.sees("○ rpmsg-raw")
        assert shown.controller.talks[0].closed


async def test_a_channel_that_goes_says_why_and_is_listened_to_again_when_it_is_back() -> None:
    async with talking() as shown:
        await shown.press("L")
        await shown.sees("listening to rpmsg-raw")
        shown.controller.change("m4", rpmsg=Rpmsg(), state=State.CRASHED)
        shown.controller.talks[0].say(ChannelGone("rpmsg-raw of m4 is gone: it crashed"))
        await shown.sees("m4 is crashed: channels come with its firmware")
        shown.controller.change("m4", rpmsg=rpmsg(), state=State.RUNNING)
        await shown.until(lambda: len(shown.controller.talks) == 2)
        await shown.sees("rpmsg-raw of m4 is gone: it crashed")
        shown.controller.talks[1].say(b"here again")
        await shown.sees("here again")


async def test_a_channel_that_cannot_be_opened_is_explained() -> None:
    async with talking() as shown:
        shown.controller.refusal = NotPermitted("rpmsg-raw of m4 cannot be opened: started with --read-only")
        await shown.press("L")
        await shown.sees("started with --read-only")
        await shown.press("escape")
        await shown.sees_no("started with --read-only")


@pytest.mark.parametrize("key", ["1", "escape"])
async def test_the_overview_comes_back_and_what_was_said_is_kept(key: str) -> None:
    async with talking() as shown:
        await shown.press("L")
        shown.controller.talks[0].say(b"first")
        await shown.sees("first")
        await shown.press(key)
        await shown.sees("Resource table")
        shown.controller.talks[0].say(b"second")
        shown.controller.write("m4", "a line of the trace")
        await shown.sees("a line of the trace")
        await shown.press("4")
        await shown.sees("second")
        assert len(shown.controller.talks) == 1


async def test_it_shows_the_processor_that_was_selected_and_the_strip_selects_another() -> None:
    async with talking() as shown:
        await shown.press("1", "down", "4")
        await shown.sees("Channels · dsp")
        await shown.sees("dsp is crashed: channels come with its firmware")
        await shown.press("L")
        await shown.sees("there is no channel to talk on")
        await shown.press("shift+tab", "left", "enter")
        await shown.sees("Channels · m4")
        assert shown.focused == "channels"


async def test_keys_of_the_processor_work_here_too() -> None:
    async with talking() as shown:
        await shown.press("s")
        await shown.until(lambda: shown.controller.acts == [("m4", Verb.STOP, None)])


async def test_a_command_of_another_screen_says_so() -> None:
    async with talking() as shown:
        await shown.press("colon")
        await shown.type("filter")
        await shown.press("enter")
        await shown.sees("`filter` is not for this screen")
        await shown.press("colon")
        await shown.type("overview")
        await shown.press("enter")
        await shown.sees("Resource table")


async def test_help_lists_the_keys_of_this_screen_only() -> None:
    async with talking() as shown:
        await shown.press("question_mark")
        await shown.sees("listen to the selected channel")
        assert "show only matching lines" not in shown.text()
