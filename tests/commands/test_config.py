from __future__ import annotations

import pathlib
import tomllib

import pytest

from tests.commands.conftest import Run

GOOD = """
[source]
map = ["/build=/home/me/src"]
[watch]
settle = 0.5
[screen]
theme = "paper"
[keys]
boot = ["b", "f5"]
[hosts]
lab = "root@lab"
"""


@pytest.fixture
def file(homes: pathlib.Path) -> pathlib.Path:
    folder = homes / "XDG_CONFIG_HOME" / "rproc-tui"
    folder.mkdir(parents=True)
    return folder / "config.toml"


def test_the_path_is_told(run: Run, file: pathlib.Path) -> None:
    ran = run("config", "path")
    assert (ran.code, ran.out) == (0, f"{file}\n")


@pytest.mark.parametrize("text", ["", GOOD])
def test_what_is_shown_is_a_file_that_says_the_same(run: Run, file: pathlib.Path, text: str) -> None:
    file.write_text(text)
    shown = run("config", "show")
    assert shown.code == 0
    before = run("config", "show", "--json").json()["values"]
    file.write_text(shown.out)
    assert run("config", "check").code == 0
    assert run("config", "show", "--json").json()["values"] == before
    assert "crash" not in tomllib.loads(shown.out)["keys"]


def test_what_is_usual_is_shown_behind_a_mark_and_may_be_taken(run: Run, file: pathlib.Path) -> None:
    lines = run("config", "show").out.splitlines()
    assert '# stop = "s"                                 # stop it' in lines
    file.write_text("\n".join(line.removeprefix("# ") for line in lines if " = " in line or line.startswith("[")))
    ran = run("config", "check")
    assert (ran.code, ran.out.count("✖")) == (1, 1), ran.out  # an empty theme is none
    assert "screen.theme" in ran.out


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[keys]\nbot = 'b'\n", "did you mean `boot`?"),
        ("[screen]\ntheme = 'none'\n", "`screen.theme`: no theme is called none"),
        ("[watch]\nsettel = 1\n", "unknown key `watch.settel`"),
        ("[colours]\n", "unknown table `colours`"),
        ("keys", "is no TOML"),
    ],
)
def test_what_is_wrong_is_named_and_the_exit_code_is_1(run: Run, file: pathlib.Path, text: str, named: str) -> None:
    file.write_text(text)
    ran = run("config", "check")
    assert ran.code == 1
    assert named in ran.out
    ran = run("config", "check", "--json")
    assert ran.code == 1
    assert named in ran.json()["problems"][0]


def test_a_bad_theme_file_is_named(run: Run, file: pathlib.Path) -> None:
    (file.parent / "themes").mkdir()
    (file.parent / "themes" / "mine.toml").write_text("name = 'mine'\n[colors]\nprimery = '#fff'\n")
    ran = run("config", "check")
    assert ran.code == 1
    assert "mine.toml: unknown key `colors.primery`" in ran.out


def test_without_a_file_all_is_well(run: Run) -> None:
    ran = run("config", "check")
    assert ran.code == 0
    assert "everything is as usual" in ran.out


def test_a_file_that_cannot_be_used_is_not_shown(run: Run, file: pathlib.Path) -> None:
    file.write_text("[colours]\n")
    ran = run("config", "show")
    assert (ran.code, ran.out) == (2, "")
    assert "unknown table `colours`" in ran.err
