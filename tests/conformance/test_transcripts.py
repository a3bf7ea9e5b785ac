"""One set of scripts, played on the machine under test and on an emulated board of the same kernel: equal transcripts.

What is asked and answered, the errno of each refusal, the kernel's lines, events and messages are compared line by
line. `transcripts/exceptions` has the lines in which a kernel and the emulated board may differ, with the reasons.
"""

from __future__ import annotations

import difflib
import pathlib
import re

import pytest

from tests.conformance import script
from tests.conformance.hosts import emulated
from tests.conformance.machine import Machine
from tests.conformance.player import Player

EXCEPTIONS = script.FOLDER / "exceptions"
EXCEPTIONS_MOST = 10
SCRIPTS = [pytest.param(name, marks=[pytest.mark.wounds] if name in script.WOUNDING else []) for name in script.names()]


def exceptions() -> list[re.Pattern[str]]:
    """Patterns of what is not compared; in the file each stands below its reason."""
    return [re.compile(line) for line in EXCEPTIONS.read_text().splitlines() if line and not line.startswith("#")]


def compared(transcript: list[str]) -> list[str]:
    """What is left of a transcript without the exceptions."""
    patterns = exceptions()
    for pattern in patterns:
        transcript = [pattern.sub("", line) for line in transcript]
    return [line for line in transcript if line.strip()]


async def on_a_board(profile: str, steps: list[script.Step], firmware_folder: pathlib.Path) -> list[str]:
    """The transcript of a fresh emulated board."""
    board = Machine(emulated(profile, str(firmware_folder)))
    await board.open()
    await board.reset()
    try:
        return await Player(board).play(steps)
    finally:
        await board.close()
        await board.host.close()


@pytest.mark.once
@pytest.mark.parametrize("name", SCRIPTS)
async def test_the_machine_and_an_emulated_board_answer_alike_about(
    machine: Machine, name: str, tmp_path: pathlib.Path
) -> None:
    steps = script.steps(name)
    expected = await on_a_board("v6.12" if machine.is_6_12 else "v6.1", steps, tmp_path)
    found = await Player(machine).play(steps)
    difference = list(difflib.unified_diff(compared(expected), compared(found), "emulated", "asked", lineterm="", n=6))
    assert not difference, "\n".join(difference)


async def test_transcripts_of_different_kernels_differ(tmp_path: pathlib.Path) -> None:
    path = "/sys/module/firmware_class/parameters/path"
    steps = [
        {"op": "put", "path": "/lib/firmware/own/good.elf", "image": "good.elf"},
        {"op": "write", "path": path, "text": "/lib/firmware/own\n"},
        {"op": "write", "path": "/sys/class/remoteproc/{m4}/firmware", "text": "good.elf"},
        {"op": "write", "path": "/sys/class/remoteproc/{m4}/state", "text": "start"},
    ]
    older, newer = [compared(await on_a_board(profile, steps, tmp_path)) for profile in ("v6.1", "v6.12")]
    told = [line for line in difflib.ndiff(older, newer) if line.startswith(("- ←", "+ ←"))]
    assert told == ['- ← {"ok": false, "errno": 2, "error": "ENOENT"}', '+ ← {"ok": true}']


def test_exceptions_are_few() -> None:
    assert len(exceptions()) <= EXCEPTIONS_MOST
