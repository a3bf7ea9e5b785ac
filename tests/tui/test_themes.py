from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from rproc_tui.errors import ThemeError
from rproc_tui.tui import themes
from rproc_tui.tui.theme_variables import VARIABLES, defaults

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


def test_the_themes_that_come_with_the_program_are_sound_and_set_every_variable() -> None:
    found, errors = themes.load_themes([themes.shipped_folder()])
    assert errors == []
    assert {"midnight", "paper", "high-contrast", "mono"} <= set(found)
    assert themes.DEFAULT_THEME in found
    for theme in found.values():
        assert set(theme.variables) == set(VARIABLES), theme.name


_GROUNDS = {"cursor", "cursor-blurred", "bar", "frame", "frame-focus", "memory-free"}
"""Variables that no word is written in."""


@pytest.mark.parametrize("name", ["midnight", "paper", "high-contrast", "mono"])
def test_every_word_can_be_read_on_every_ground(name: str) -> None:
    theme = themes.load_theme(themes.shipped_folder() / f"{name}.toml")
    least = 7.0 if name == "high-contrast" else 3.0
    for ground in (theme.background, theme.variables["cursor-blurred"]):
        assert _contrast(str(theme.foreground), str(ground)) >= 7.0
        for variable in set(VARIABLES) - _GROUNDS:
            assert _contrast(theme.variables[variable], str(ground)) >= least, variable


@pytest.mark.parametrize("name", sorted(BUILTIN_THEMES))
def test_themes_that_know_nothing_of_us_get_all_our_colours(name: str) -> None:
    found = defaults(BUILTIN_THEMES[name])
    assert set(found) == set(VARIABLES)
    for value in found.values():
        Color.parse(value)


def _contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2: 1 is none, 21 black on white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.03928 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = Color.parse(colour).rgb
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
