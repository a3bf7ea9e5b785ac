"""The command line in this process, with folders of the test's own."""

from __future__ import annotations

import argparse
import json
import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from rproc_tui.commands import command_line
from rproc_tui.tui.screen_facts import ScreenFacts
from tests.commands.schemas import validate_output


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def homes(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """Everything that a command keeps is kept here."""
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path


@pytest.fixture
def run(homes: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line and catch what it says; objects for programs are held against their schemas."""

    def screen(_options: argparse.Namespace) -> int:
        raise AssertionError("no screen is opened here")

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = command_line.run(arguments, screen, ScreenFacts)
        said = capsys.readouterr()
        if "--json" in arguments and said.out:
            validate_output(said.out)
        return Ran(code, said.out, said.err)

    return run
