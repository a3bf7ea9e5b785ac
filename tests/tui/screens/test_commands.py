from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual import events

from rproc_tui.model.outcome import Verb
from rproc_tui.tui import themes
from tests.tui.scripted import ScriptedController, host, key, processors
from tests.tui.showing import showing


@pytest.mark.parametrize(
    ("typed", "act"),
    [
        ("stop", ("m4", Verb.STOP, None)),
        ("watch off", ("m4", Verb.WATCH, "off")),
        ("rel", ("m4", Verb.RELOAD, None)),
        ("kick 0x101", ("m4", Verb.KICK, "0x101")),
        ("boot pru0", ("pru0", Verb.BOOT, None)),
        ("recovery remoteproc3 off", ("r5f", Verb.RECOVERY, "off")),
    ],
)
async def test_a_command_does_what_the_key_does(typed: str, act: tuple[str, Verb, str | None]) -> None:
    async with showing() as shown:
        shown.controller.change("m4", mailbox=True)
        await shown.press("colon")
        await shown.type(typed)
        await shown.press("enter")
        await shown.until(lambda: shown.controller.acts == [act])
        assert shown.selected == act[0]
        await shown.sees("b boot")
        assert shown.focused == "processors"


async def test_tab_completes_a_command() -> None:
    async with showing() as shown:
        await shown.press("colon")
        await shown.type("rel")
        await shown.press("tab", "enter")
        await shown.until(lambda: shown.controller.acts == [("m4", Verb.RELOAD, None)])


async def test_keys_typed_into_a_command_do_nothing_else() -> None:
    async with showing() as shown:
        await shown.press("colon")
        await shown.type("sbrxq?")
        await shown.sees(":sbrxq?")
        await shown.press("escape")
        await shown.sees_no(":sbrxq?")
        assert shown.controller.acts == []
        assert shown.app.is_running


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("frob", "no command `frob`"),
        ("boot now", "no processor is called `now`"),
        ("theme nope", "no theme is called nope"),
    ],
)
async def test_a_command_that_cannot_be_done_says_why(typed: str, said: str) -> None:
    async with showing() as shown:
        await shown.press("colon")
        await shown.type(typed)
        await shown.press("enter")
        await shown.sees(said)


async def test_the_filter_and_the_theme_can_be_set_by_command() -> None:
    async with showing() as shown:
        await shown.press("colon")
        await shown.type("theme paper")
        await shown.press("enter")
        await shown.until(lambda: shown.app.theme == "paper")
        await shown.press("ctrl+p")
        await shown.type("filter err")
        await shown.press("enter")
        await shown.until(lambda: shown.trace.filter_text == "err")


async def test_a_theme_is_previewed_while_it_is_selected_and_esc_brings_the_old_one_back() -> None:
    async with showing() as shown:
        before = shown.app.theme
        assert before == themes.DEFAULT_THEME
        await shown.press("t")
        await shown.sees("Theme")
        await shown.type("pap")
        await shown.until(lambda: shown.app.theme == "paper")
        await shown.press("escape")
        await shown.until(lambda: shown.app.theme == before)
        await shown.press("t")
        await shown.sees("Theme")
        await shown.type("mono")
        await shown.press("down", "up", "enter")
        await shown.until(lambda: shown.app.theme == "mono" and shown.focused == "processors")


async def test_a_broken_theme_of_the_user_is_named_on_the_screen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "rproc-tui" / "themes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('name = "mine"\n[colors]\nprimary = "#fff"\nglow = "#fff"\n')
    async with showing() as shown:
        await shown.sees("mine.toml: unknown key `colors.glow`")


async def test_the_help_lists_the_keys_as_they_are_bound_now() -> None:
    async with showing() as shown:
        shown.app.set_keymap({"boot": "f9"})
        await shown.press("question_mark")
        await shown.sees("boot it; offers to recover a crashed one")
        line = next(line for line in shown.text().splitlines() if "boot it; offers" in line)
        assert " f9 " in line
        await shown.press("question_mark")
        await shown.sees_no("boot it; offers")
        await shown.press("f1", "G")
        await shown.sees("leave the program")
        await shown.press("q")
        await shown.sees_no("leave the program")
        assert shown.app.is_running


@pytest.mark.parametrize("pressed", ["q", "ctrl+q", "ctrl+c"])
async def test_keys_that_leave_the_program(pressed: str) -> None:
    async with showing() as shown:
        await shown.press(pressed)
        await shown.until(lambda: not shown.app.is_running)
        assert shown.app.return_code == 0


async def test_a_panels_text_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    async with showing() as shown:
        copied: list[str] = []
        monkeypatch.setattr(shown.app, "copy_to_clipboard", copied.append)
        await shown.press("tab", "y")
        await shown.sees("copied 7 lines")
        assert "boot      0x10000249   power 1" in copied[0]
        shown.controller.write("m4", "hub: tick")
        await shown.sees("hub: tick")
        await shown.press("shift+tab", "shift+tab", "y")
        await shown.until(lambda: len(copied) == 2)
        assert copied[1].endswith("hub: tick")


async def test_a_name_that_several_processors_have_is_that_of_the_selected_host_or_asked_for() -> None:
    twice = replace(processors()[2], key=key("pru0", "other"))
    other = replace(processors()[1], key=key("one", "other"), name="one")
    third = host((replace(processors()[2], key=key("pru0", "third")),), label="third")
    controller = ScriptedController(host(processors()[:2]), host((other, twice), label="other"), third)
    async with showing(controller) as shown:
        await shown.press("colon")
        await shown.type("boot pru0")
        await shown.press("enter")
        await shown.sees("several processors are called `pru0`: select one of them first")
        await shown.press("G", "up", "colon")
        await shown.type("boot pru0")
        await shown.press("enter")
        await shown.until(lambda: shown.controller.acts == [("pru0", Verb.BOOT, None)])


async def test_an_empty_trace_is_not_saved(tmp_path: Path) -> None:
    async with showing() as shown:
        shown.controller.folder = str(tmp_path)
        await shown.press("e")
        await shown.sees("nothing to save: no line of a trace is shown")
        assert list(tmp_path.rglob("*")) == []


async def test_a_regular_expression_that_is_not_closed_is_told_of() -> None:
    async with showing() as shown:
        await shown.press("slash")
        await shown.type("/[bad")
        await shown.press("enter")
        await shown.sees("`/[bad` is searched for as text")
        await shown.press("slash", "/")
        await shown.press("enter")
        await shown.sees("cannot be used")


async def test_the_trace_is_saved_into_the_state_folder(tmp_path: Path) -> None:
    async with showing() as shown:
        shown.controller.folder = str(tmp_path)
        shown.controller.write("m4", "hub: tick", "hub: tock")
        await shown.sees("tock")
        await shown.press("e")
        await shown.sees("saved 2 lines to")
        (path,) = tmp_path.glob("traces/m4-*.log")
        assert path.read_text().splitlines()[1].endswith("hub: tock")
        await shown.press("e")
        await shown.sees("could not be saved: File exists")


async def test_what_is_typed_ahead_goes_into_the_row_and_never_to_a_processor() -> None:
    async with showing() as shown:
        for name in ("colon", "s", "t", "o", "p"):
            shown.app.post_message(events.Key(name, ":" if name == "colon" else name))
        await shown.sees(":stop")
        assert shown.controller.acts == []
