from __future__ import annotations

import pytest

from rproc_tui.errors import UsageError
from rproc_tui.model.outcome import Verb
from rproc_tui.tui.command_line import Command, complete, completed, names, parse


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("boot", Command("boot", None, Verb.BOOT)),
        ("  stop ", Command("stop", None, Verb.STOP)),
        ("firmware hub v2.elf", Command("firmware", "hub v2.elf", Verb.FIRMWARE)),
        ("watch off", Command("watch", "off", Verb.WATCH)),
        ("filter !tick", Command("filter", "!tick")),
        ("theme paper", Command("theme", "paper")),
        ("q", Command("quit")),
        ("rel", Command("reload", None, Verb.RELOAD)),
        ("recover", Command("recover", None, Verb.RECOVER)),
        ("kick 0x101", Command("kick", "0x101", Verb.KICK)),
        ("boot m4", Command("boot", None, Verb.BOOT, "m4")),
        ("watch m4 off", Command("watch", "off", Verb.WATCH, "m4")),
        ("filter m4", Command("filter", "m4")),
        ("   ", None),
    ],
)
def test_a_command_is_a_name_and_what_stands_behind_it(text: str, command: Command | None) -> None:
    assert parse(text, {"m4"}) == command


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("frobnicate", "no command `frobnicate`"),
        ("recov", "could be recover, recovery"),
        ("boot now", "no processor is called `now`"),
        ("boot m4 now", "`boot` takes no word"),
        ("quit now", "`quit` takes no word"),
        ("\x1b[2J", r"\x1b[2J"),
    ],
)
def test_what_is_wrong_with_a_command_is_said(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(text, {"m4"})
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("rel", "reload"), ("recov", "recover"), ("x", "x"), ("boot", "boot"), ("firmware hub", "firmware hub")],
)
def test_tab_goes_on_as_far_as_it_is_clear(text: str, wanted: str) -> None:
    assert completed(text) == wanted


def test_every_verb_can_be_typed() -> None:
    assert {str(verb) for verb in Verb} <= set(names())
    assert all(complete(name) == name for name in names())
