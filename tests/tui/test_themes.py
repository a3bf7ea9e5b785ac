from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from rproc_tui.errors import ThemeError
from rproc_tui.tui import themes
from rproc_tui.tui.theme_variables import VARIABLES, defaults
from tests.tui.contrast import contrast

GOOD = """
name = "dusk"
dark = true
[colors]
primary = "#102030"
background = "black"
[variables]
state-running = "rgb(1, 2, 3)"
"""


def test_a_theme_file_gives_a_theme_with_its_colours_and_our_variables() -> None:
    theme = themes.parse_theme(GOOD, source="dusk.toml")
    assert (theme.name, theme.dark, theme.primary, theme.background) == ("dusk", True, "#102030", "black")
    assert theme.variables == {"state-running": "rgb(1, 2, 3)"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD + 'glow = "#fff"\n', "`variables.glow`"),
        ('colour = 1\nname = "x"\n', "`colour`"),
        ('name = "x"\n[colors]\nprimary = "#fff"\nsky = "#fff"\n', "`colors.sky`"),
        ('name = "x"\n[colors]\nprimary = "#zzz"\n', "`colors.primary`"),
        ('name = "x"\n[colors]\nprimary = 7\n', "`colors.primary`"),
        ('name = "x"\n[colors]\nprimary = "#fff"\n[variables]\ncursor = "loud"\n', "`variables.cursor`"),
        ('name = "x"\n[colors]\naccent = "#fff"\n', "`colors.primary` is missing"),
        ('[colors]\nprimary = "#fff"\n', "`name` is missing"),
        ('name = 3\n[colors]\nprimary = "#fff"\n', "`name` must be a string"),
        ('name = "x"\ncolors = "#fff"\n', "`colors` must be a table"),
        ('name = "x"\ndark = "yes"\n[colors]\nprimary = "#fff"\n', "`dark` must be true or false"),
        ("name = ", "is no TOML"),
    ],
)
def test_what_is_wrong_with_a_theme_file_is_named(text: str, named: str) -> None:
    with pytest.raises(ThemeError) as error:
        themes.parse_theme(text, source="mine.toml")
    assert named in str(error.value)
    assert "mine.toml" in str(error.value)


def test_a_file_that_is_no_text_is_a_theme_error(tmp_path: Path) -> None:
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ThemeError, match="cannot be read"):
        themes.load_theme(path)


def test_one_bad_file_keeps_no_other_theme_away(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("name = ")
    (tmp_path / "good.toml").write_text(GOOD)
    found, errors = themes.load_themes([tmp_path, tmp_path / "missing"])
    assert list(found) == ["dusk"]
    assert len(errors) == 1


def test_a_theme_of_the_user_takes_the_place_of_one_of_ours(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD.replace("dusk", "midnight"))
    found, _ = themes.load_themes([themes.shipped_folder(), tmp_path])
    assert found["midnight"].primary == "#102030"


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_CONFIG_HOME": "/c"}, "/c/rproc-tui/themes"),
        ({"HOME": "/home/me"}, "/home/me/.config/rproc-tui/themes"),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": ""}, "/home/me/.config/rproc-tui/themes"),
    ],
)
def test_themes_of_the_user_lie_where_configuration_lies(environment: dict[str, str], folder: str) -> None:
    assert themes.user_folder(environment) == Path(folder)


SHIPPED = ("colour-blind", "daylight", "high-contrast", "midnight", "mono", "paper", "serial")


def test_the_themes_that_come_with_the_program_are_sound_and_set_every_variable() -> None:
    found, errors = themes.load_themes([themes.shipped_folder()])
    assert errors == []
    assert tuple(sorted(found)) == SHIPPED
    assert themes.DEFAULT_THEME in found
    for theme in found.values():
        assert set(VARIABLES) <= set(theme.variables), theme.name


_GROUNDS = ("cursor", "cursor-blurred", "bar")
"""Variables that words are written on."""
_NO_WORDS = {*_GROUNDS, "frame", "frame-focus", "memory-free"}
"""Variables that no word is written in."""


@pytest.mark.parametrize("name", SHIPPED)
def test_every_word_can_be_read_on_every_ground(name: str) -> None:
    theme = themes.load_theme(themes.shipped_folder() / f"{name}.toml")
    least = 7.0 if name in ("high-contrast", "daylight") else 4.5
    words = [theme.foreground, theme.primary, theme.secondary, theme.accent, theme.success, theme.warning, theme.error]
    words += [theme.variables[variable] for variable in set(VARIABLES) - _NO_WORDS]
    for ground in (theme.background, theme.surface, *(theme.variables[each] for each in _GROUNDS)):
        assert contrast(str(theme.foreground), str(ground)) >= 7.0
        for word in words:
            assert contrast(str(word), str(ground)) >= least, (word, ground)


def test_a_theme_of_sixteen_colours_names_none_that_palettes_hide() -> None:
    theme = themes.load_theme(themes.shipped_folder() / "serial.toml")
    assert theme.ansi
    assert not {"ansi_blue", "ansi_black", "ansi_bright_black"} & {theme.variables[each] for each in VARIABLES}


def test_colours_for_the_colour_blind_differ_for_those_who_see_no_red_or_no_green() -> None:
    theme = themes.load_theme(themes.shipped_folder() / "colour-blind.toml")
    apart = [theme.variables[each] for each in ("state-running", "state-crashed", "state-unknown")]
    for lacking in (_without_red, _without_green):
        for one, other in combinations(apart, 2):
            assert _distance(lacking(one), lacking(other)) > 60, (one, other)


@pytest.mark.parametrize("name", sorted(BUILTIN_THEMES))
def test_themes_that_know_nothing_of_us_get_all_our_colours(name: str) -> None:
    found = defaults(BUILTIN_THEMES[name])
    assert set(found) == set(VARIABLES)
    for value in found.values():
        Color.parse(value)


Rgb = tuple[float, float, float]


def _mixed(colour: str, rows: tuple[Rgb, Rgb, Rgb]) -> Rgb:
    rgb = Color.parse(colour).rgb
    red, green, blue = (sum(share * value for share, value in zip(row, rgb, strict=True)) for row in rows)
    return red, green, blue


def _without_red(colour: str) -> Rgb:
    """As those see it who lack the cones for red (protanopia; the usual matrix of Machado, Oliveira and Fernandes)."""
    return _mixed(
        colour,
        ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    )


def _without_green(colour: str) -> Rgb:
    """As those see it who lack the cones for green (deuteranopia; same source)."""
    return _mixed(
        colour,
        ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    )


def _distance(one: Rgb, other: Rgb) -> float:
    return math.dist(one, other)


def test_the_example_of_the_readme_is_a_sound_theme() -> None:
    text = (themes.shipped_folder() / "README.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    assert themes.parse_theme(example, source="README.md").name == "dusk"
