from __future__ import annotations

from pathlib import Path

import pytest

from rproc_tui.errors import ThemeError
from rproc_tui.tui import themes
from rproc_tui.tui.terminal.profile import FULL, PLAIN, SERIAL, Profile
from rproc_tui.tui.theme_files import ThemeFiles
from tests.tui.showing import showing

MINE = 'name = "mine"\n[colors]\nprimary = "{colour}"\nbackground = "#101010"\nforeground = "{colour}"\n'


def test_a_file_that_is_saved_comes_or_goes_is_a_change(tmp_path: Path) -> None:
    files = ThemeFiles(tmp_path)
    assert not files.have_changed()
    (tmp_path / "mine.toml").write_text("one")
    assert files.have_changed()
    assert not files.have_changed()
    (tmp_path / "mine.toml").write_text("other")
    assert files.have_changed()
    (tmp_path / "notes.txt").write_text("nothing to us")
    assert not files.have_changed()
    (tmp_path / "mine.toml").unlink()
    assert files.have_changed()


def test_a_folder_that_is_not_there_is_no_change(tmp_path: Path) -> None:
    files = ThemeFiles(tmp_path / "none")
    assert not files.exists
    assert not files.have_changed()


async def test_a_theme_is_shown_anew_when_its_file_is_saved_and_a_bad_one_is_named() -> None:
    folder = themes.user_folder()
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(MINE.format(colour="#aaaaaa"))
    async with showing(theme="mine") as shown:
        assert shown.app.theme_variables["foreground"].lower() == "#aaaaaa"
        (folder / "mine.toml").write_text(MINE.format(colour="#bbbbb0"))
        shown.app._look_at_themes()
        await shown.until(lambda: shown.app.theme_variables["foreground"].lower() == "#bbbbb0")
        (folder / "mine.toml").write_text(MINE.format(colour="loud"))
        shown.app._look_at_themes()
        await shown.sees("`colors.primary` is no colour: 'loud'")
        assert shown.app.theme_variables["foreground"].lower() == "#bbbbb0"


@pytest.mark.parametrize(
    ("wanted", "profile", "taken"),
    [
        (None, FULL, "midnight"),
        ("paper", FULL, "paper"),
        (None, SERIAL, "serial"),
        ("paper", SERIAL, "serial"),
        ("ansi-light", SERIAL, "ansi-light"),
        ("paper", PLAIN, "serial"),
    ],
)
def test_a_theme_of_more_colours_than_the_terminal_has_is_left(
    wanted: str | None, profile: Profile, taken: str
) -> None:
    own, _ = themes.load_themes([themes.shipped_folder()])
    assert themes.theme_for(wanted, profile, own) == taken


def test_a_theme_that_nobody_knows_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(ThemeError, match="no theme is called none; there are midnight"):
        themes.theme_for("none", FULL, {"midnight": themes.load_theme(themes.shipped_folder() / "midnight.toml")})
