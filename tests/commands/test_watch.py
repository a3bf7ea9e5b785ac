"""`watch`: reloads until a signal ends it, and puts everything back."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from rproc_tui.emulator import firmware as demo_firmware

pytestmark = pytest.mark.emulator

BUILDS = pathlib.Path(demo_firmware.__path__[0]) / "build"
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(homes: pathlib.Path) -> Iterator[Start]:
    """Start the program on the demo board; what still runs at the end is killed."""
    begun: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "rproc_tui", "--demo", *arguments]
        program = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "HOME": str(homes)}
        )
        begun.append(program)
        return program

    yield start
    for program in begun:
        program.kill()
        program.communicate()


def line(program: subprocess.Popen[str], condition: Callable[[dict[str, object]], bool]) -> dict[str, object]:
    """The first object that fits; the test's own timeout ends a wait in vain."""
    assert program.stdout is not None
    for text in program.stdout:
        found: dict[str, object] = json.loads(text)
        if condition(found):
            return found
    raise AssertionError(program.communicate())


@pytest.fixture
def folder(homes: pathlib.Path) -> pathlib.Path:
    return homes / "XDG_DATA_HOME" / "rproc-tui" / "demo" / "firmware"


@pytest.mark.parametrize("arguments", [["watch", "m4"], ["firmware", "m4", "--watch"]])
def test_a_file_built_here_is_loaded_there_until_a_signal_ends_it(
    start: Start, homes: pathlib.Path, folder: pathlib.Path, arguments: list[str]
) -> None:
    built = homes / "out.elf"
    built.write_bytes((BUILDS / "hub-next.elf").read_bytes())
    program = start(*arguments, str(built), "--json")
    reloaded = line(program, lambda found: found["reloads"] == 1)
    assert (reloaded["schema"], reloaded["state"], reloaded["file"]) == ("rproc-tui/watch", "running", str(built))
    built.write_bytes((BUILDS / "hub-next.elf").read_bytes()[:5000])
    assert "cut off" in str(line(program, lambda found: found["watch"] == "rejected")["message"])
    program.send_signal(signal.SIGTERM)
    _, said = program.communicate(timeout=20)
    assert program.returncode == 128 + signal.SIGTERM
    assert "no longer watched" in said
    assert {name for name in os.listdir(folder) if not name.startswith(".")} == set(os.listdir(BUILDS))


def test_a_file_that_is_not_there_yet_is_called_so_at_once(start: Start, homes: pathlib.Path) -> None:
    program = start("watch", "m4", str(homes / "not-built.elf"))
    assert program.stdout is not None
    assert program.stdout.readline().endswith("m4 running: it is not there yet\n")


def test_a_processor_that_is_not_there_is_exit_3(start: Start) -> None:
    program = start("watch", "nobody")
    _, said = program.communicate(timeout=20)
    assert program.returncode == 3
    assert "there is no processor nobody" in said
