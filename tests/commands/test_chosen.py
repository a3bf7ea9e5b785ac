from __future__ import annotations

import argparse
import pathlib

import pytest

from rproc_tui.commands.chosen import chosen_settings
from rproc_tui.controller.configuration import Configuration
from rproc_tui.controller.settings import Settings
from tests.commands.conftest import Run


def options(*, rollback: bool = False) -> argparse.Namespace:
    return argparse.Namespace(read_only=False, rollback=rollback)


@pytest.mark.parametrize(
    ("given", "configured", "chosen"),
    [(False, None, False), (False, True, True), (True, None, True), (True, False, True), (False, False, False)],
)
def test_the_command_line_comes_before_the_configuration(given: bool, configured: bool | None, chosen: bool) -> None:
    settings = chosen_settings(options(rollback=given), Configuration(rollback=configured), capture=False)
    assert settings.rollback is chosen


def test_what_nobody_chose_is_usual() -> None:
    assert chosen_settings(options(), Configuration(), capture=False) == Settings()
    assert chosen_settings(options(), Configuration(settle=2.5), capture=True) == Settings(settle=2.5, capture=True)


def test_a_reload_names_what_is_wrong_in_the_configuration(homes: pathlib.Path, run: Run) -> None:
    folder = homes / "XDG_CONFIG_HOME" / "rproc-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("[watch]\nsettel = 1\n")
    (homes / "sys" / "class" / "remoteproc").mkdir(parents=True)
    ran = run("--root", str(homes), "reload", "m4")
    assert ran.code == 2
    assert "unknown key `watch.settel`" in ran.err
    assert "settel" not in run("--root", str(homes), "list").err, "who only looks is not held up"
