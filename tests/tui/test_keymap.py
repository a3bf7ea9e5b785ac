from __future__ import annotations

import pathlib

import pytest

from rproc_tui.controller.configuration import parse_configuration
from rproc_tui.tui.bindings import KEYS
from rproc_tui.tui.key_names import typed_key
from rproc_tui.tui.keymap import read_keymap, textual_key
from rproc_tui.tui.screen_facts import ScreenFacts
from tests.tui.scripted import ScriptedController
from tests.tui.showing import showing


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("b", "b"),
        ("B", "B"),
        ("?", "question_mark"),
        ("/", "slash"),
        ("+", "plus"),
        ("ctrl+b", "ctrl+b"),
        ("ctrl+?", "ctrl+question_mark"),
        ("question_mark", "question_mark"),
        ("slash", "slash"),
        ("f5", "f5"),
        ("shift+tab", "shift+tab"),
        ("space", "space"),
        ("pageup", "pageup"),
        ("boot", None),
        ("ctrl+", None),
        ("", None),
        ("\x1b", None),
    ],
)
def test_keys_are_written_as_they_are_printed_or_by_name(written: str, key: str | None) -> None:
    assert textual_key(written) == key


def test_every_key_that_is_bound_can_be_written() -> None:
    for key in KEYS:
        for each in key.keys.split(","):
            assert textual_key(typed_key(each)) == each


def test_an_action_may_have_several_keys() -> None:
    assert read_keymap({"boot": ("B", "f5")}).keys == {"boot": "B,f5"}


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"bot": ("b",)}, "`keys.bot`: no action is called so; did you mean `boot`?"),
        ({"zzzz": ("b",)}, "`keys.zzzz`: no action is called so; `rproc-tui config show` lists them"),
        ({"boot": ("hyper",)}, "`keys.boot`: no key is called `hyper`"),
        ({"boot": ()}, "`keys.boot` names no key: an action has at least one"),
        ({"boot": ("s",)}, "`keys`: `s` is both `boot` and `stop`; only one of them can be had"),
        ({"boot": ("j",)}, "`keys`: `j` is both `down` and `boot`; only one of them can be had"),
    ],
)
def test_what_is_wrong_with_keys_is_named(keys: dict[str, tuple[str, ...]], problem: str) -> None:
    assert read_keymap(keys).problems == (problem,)


def test_keys_as_they_are_clash_nowhere_and_two_that_change_places_do_not_either() -> None:
    usual = {key.id: tuple(typed_key(each) for each in key.keys.split(",")) for key in KEYS}
    assert read_keymap(usual).problems == ()
    assert read_keymap({"boot": ("s",), "stop": ("b",)}).problems == ()


async def test_a_remapped_key_acts_and_the_old_one_does_not_and_help_and_key_line_show_it() -> None:
    controller = ScriptedController()
    async with showing(controller, keys={"reload": ["f5"], "stop": ["b"], "boot": ["s"]}) as shown:
        await shown.sees("f5 reload")
        await shown.press("r")
        assert controller.acts == []
        await shown.press("f5")
        await shown.until(lambda: [act[1] for act in controller.acts] == ["reload"])
        await shown.press("question_mark")
        await shown.sees("f5                stop, load the firmware file anew")


async def test_sentences_name_the_keys_as_they_are_bound_now() -> None:
    async with showing(keys={"boot": ["f5"], "recovery": ["V"]}) as shown:
        shown.overview.say("`b` boots it, `R` lets it stay crashed, `s` stops it")
        await shown.sees("`f5` boots it, `V` lets it stay crashed, `s` stops it")


async def test_a_bad_key_keeps_nothing_away_and_is_said() -> None:
    async with showing(keys={"bot": ["b"], "stop": ["S"]}) as shown:
        await shown.sees("did you mean `boot`?")
        await shown.sees("S stop")


def test_a_configuration_that_names_what_there_is_has_no_problems(tmp_path: pathlib.Path) -> None:
    good = parse_configuration('[screen]\ntheme = "paper"\n[keys]\nboot = ["f5"]\n', source="x")
    assert ScreenFacts().problems(good) == []
    bad = parse_configuration('[screen]\ntheme = "papre"\n[keys]\nboot = "nokey"\n', source="x")
    first, second = ScreenFacts().problems(bad)
    assert first == "`keys.boot`: no key is called `nokey`"
    assert second.startswith("`screen.theme`: no theme is called papre; there are colour-blind, ")
