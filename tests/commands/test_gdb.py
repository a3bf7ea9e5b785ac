"""`gdb`: what it prints is what one types, and the processor obeys; what cannot be is refused with a reason."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.commands.conftest import Run

PATIENCE = 30.0


@contextlib.contextmanager
def serving(homes: pathlib.Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The command at work, and the words that it says to type."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rproc_tui", "--demo", "gdb", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, shlex.split(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


@pytest.mark.emulator
@pytest.mark.skipif(shutil.which("gdb-multiarch") is None, reason="gdb-multiarch is not installed")
@pytest.mark.parametrize(
    ("arguments", "place", "state"), [(["m4", "--halt"], "Reset_Handler ()", "held"), (["lab"], "main ()", "running")]
)
def test_what_is_printed_lets_gdb_attach(homes: pathlib.Path, arguments: list[str], place: str, state: str) -> None:
    commands = [] if state == "held" else ["-ex", "tbreak obey", "-ex", "continue", "-ex", "backtrace"]
    with serving(homes, *arguments) as (process, words):
        done = subprocess.run(
            [words[0], "-nx", "-batch", *words[1:], *commands, "-ex", "detach"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        assert place in done.stdout
        assert "No such file" not in done.stdout + done.stderr  # the sources are found, too
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert "GDB is gone" in process.stderr.read()


@pytest.mark.emulator
def test_it_listens_on_the_port_that_was_asked_for_until_it_is_interrupted(homes: pathlib.Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    with serving(homes, "lab", "--port", str(free)) as (process, words):
        assert words[0] == "gdb-multiarch"
        assert os.path.basename(words[1]) == "fault.elf"
        assert words[-2:] == ["-ex", f"target remote 127.0.0.1:{free}"]
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130


@pytest.mark.emulator
def test_a_port_that_is_taken_is_said(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("--demo", "gdb", "lab", "--port", str(taken.getsockname()[1]))
    assert (ran.code, ran.out) == (1, "")
    assert "in use" in ran.err


@pytest.mark.emulator
def test_a_processor_that_does_not_boot_is_explained(run: Run, tmp_path: pathlib.Path) -> None:
    ran = run("--demo", "--firmware-folder", str(tmp_path), "gdb", "lab")
    assert ran.code == 1
    assert "fault.elf" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["gdb", "0"], 2, "emulated processors"),
        (["--root", "/", "gdb", "0"], 2, "emulated processors"),
        (["--demo", "--read-only", "gdb", "0"], 4, "--read-only"),
        (["--demo", "gdb", "0", "--port", "65536"], 2, "no port"),
        (["--demo", "gdb", "0", "--port", "x"], 2, "invalid"),
        (["--demo", "gdb"], 2, "ID"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, arguments: list[str], code: int, reason: str) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert reason in ran.err


@pytest.mark.emulator
def test_a_processor_that_is_not_there_is_named(run: Run) -> None:
    ran = run("--demo", "gdb", "nobody")
    assert ran.code == 3
    assert "nobody" in ran.err
