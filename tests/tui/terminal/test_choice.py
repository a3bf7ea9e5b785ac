"""Which profile suits which terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.commands import screen_options
from rproc_tui.errors import UsageError
from rproc_tui.terminal import Terminal
from rproc_tui.tui.terminal.choice import AUTOMATIC, choose, textual_settings
from rproc_tui.tui.terminal.profile import FULL, PLAIN, PROFILES, SERIAL, SSH, Colours, style_classes

HERE = Terminal(
    device="/dev/pts/3",
    size=(120, 40),
    baud=None,
    encoding="UTF-8",
    term="xterm-256color",
    colours="truecolor",
    tmux=False,
    no_color=False,
    locale="de_DE.UTF-8",
)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "full"),
        ({"ssh": True}, "ssh"),
        ({"device": "/dev/tty1", "term": "linux"}, "full"),
        ({"device": "/dev/ttyS0", "term": "vt220"}, "serial"),
        ({"device": "/dev/ttySTM0", "term": "linux"}, "serial"),
        ({"device": "/dev/ttymxc1"}, "serial"),
        ({"device": "/dev/ttyAMA0"}, "serial"),
        ({"device": "/dev/ttyUSB0"}, "serial"),
        ({"device": "/dev/hvc0"}, "serial"),
        ({"device": "/dev/ttyS0", "ssh": True}, "serial"),
        ({"term": "vt100"}, "serial"),
        ({"term": "vt102", "ssh": True}, "serial"),
    ],
    ids=str,
)
def test_the_line_decides_about_the_profile(changes: dict[str, object], name: str) -> None:
    assert choose(replace(HERE, **changes)).name == name  # type: ignore[arg-type] # a table of cases


@pytest.mark.parametrize(
    ("changes", "wanted", "colours"),
    [
        ({}, AUTOMATIC, Colours.TRUECOLOR),
        ({"colours": ""}, AUTOMATIC, Colours.TRUECOLOR),
        ({"colours": "", "term": "xterm"}, AUTOMATIC, Colours.SIXTEEN),
        ({"colours": "", "term": "xterm-kitty"}, AUTOMATIC, Colours.TRUECOLOR),
        ({"colours": "", "term": "linux"}, AUTOMATIC, Colours.SIXTEEN),
        ({"device": "/dev/ttyS0"}, AUTOMATIC, Colours.SIXTEEN),
        ({"device": "/dev/ttyS0", "term": "vt220"}, AUTOMATIC, Colours.SIXTEEN),
        ({"term": "vt100"}, AUTOMATIC, Colours.MONO),
        ({"term": "vt100"}, "full", Colours.MONO),
        ({"no_color": True}, AUTOMATIC, Colours.MONO),
        ({"no_color": True}, "serial", Colours.MONO),
        ({}, "plain", Colours.MONO),
        ({"term": "dumb"}, "full", Colours.TRUECOLOR),
    ],
    ids=str,
)
def test_colours_are_those_that_the_terminal_has_and_colorterm_is_not_believed_on_a_serial_line(
    changes: dict[str, object], wanted: str, colours: Colours
) -> None:
    assert choose(replace(HERE, **changes), wanted).colours is colours  # type: ignore[arg-type] # a table of cases


@pytest.mark.parametrize(
    ("changes", "is_ascii"),
    [
        ({}, False),
        ({"locale": "en_US.utf8"}, False),
        ({"locale": "de_DE.UTF-8@euro"}, False),
        ({"locale": ""}, False),
        ({"locale": "C"}, True),
        ({"locale": "POSIX"}, True),
        ({"locale": "de_DE.ISO-8859-15@euro"}, True),
        ({"locale": "xx.nonsense"}, True),
        ({"locale": "", "device": "/dev/ttyS0"}, True),
        ({"device": "/dev/ttyS0"}, False),
        ({"device": "/dev/tty1", "term": "linux"}, True),
        ({"term": "vt100"}, True),
        ({"term": "vt220"}, False),
    ],
    ids=str,
)
def test_ascii_where_the_locale_or_the_terminal_knows_no_more(changes: dict[str, object], is_ascii: bool) -> None:
    assert choose(replace(HERE, **changes)).ascii is is_ascii  # type: ignore[arg-type] # a table of cases


def test_the_speed_is_that_of_the_line() -> None:
    assert choose(replace(HERE, device="/dev/ttyS0", baud=9600)).baud == 9600
    assert choose(HERE, "serial").baud == 115_200
    assert choose(HERE).baud is None


def test_a_terminal_that_draws_nothing_is_refused_with_the_verbs_that_work_there() -> None:
    with pytest.raises(UsageError, match="rproc-tui list"):
        choose(replace(HERE, term="dumb"))
    assert choose(replace(HERE, term="dumb"), "plain").name == "plain"


def test_the_command_line_offers_every_profile() -> None:
    assert (AUTOMATIC, *PROFILES) == screen_options.PROFILES
    with pytest.raises(UsageError, match="auto, full, ssh, serial, plain"):
        choose(HERE, "fancy")


def test_textual_is_told_to_animate_and_ask_nothing_on_old_lines() -> None:
    assert textual_settings(FULL) == {"TEXTUAL_FPS": "60"}
    assert textual_settings(SSH)["TEXTUAL_ANIMATIONS"] == "none"
    for profile in (SERIAL, PLAIN):
        settings = textual_settings(profile)
        assert settings["TEXTUAL_DISABLE_KITTY_KEY"] == "1"
        assert settings["TEXTUAL_COLOR_SYSTEM"] == "standard"


def test_style_sheets_go_by_classes() -> None:
    assert style_classes(FULL) == frozenset()
    assert style_classes(PLAIN) == {"-no-boxes", "-ascii", "-mono", "-no-popups"}
