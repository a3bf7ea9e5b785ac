"""What the demo board says of its firmware's mailbox words, against the firmware and through the controller."""

from __future__ import annotations

import pathlib
import re

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.emulated.open_board import open_board
from rproc_tui.model.outcome import Verb
from tests.controller.conftest import processor

pytestmark = pytest.mark.emulator

_EMULATOR = pathlib.Path(__file__).parents[2] / "rproc_tui" / "emulator"


@pytest.mark.parametrize(("file", "count"), [("crash_commands.dtsi", 10), ("crash_commands_cortex_m.dtsi", 12)])
def test_the_list_of_the_board_is_that_of_the_firmware(file: str, count: int) -> None:
    source = (_EMULATOR / "firmware" / "runtime" / "crash.c").read_text(encoding="utf-8")
    ways = re.findall(r'\{"\w+", "([^"]+)", \w+\}', source)
    listed = re.findall(r'"(0x\w+) ([^"]+)"', (_EMULATOR / "boards" / file).read_text("utf-8"))
    assert listed == [(f"{0x101 + number:#x}", meaning) for number, meaning in enumerate(ways[:count])]
    assert len(listed) == count
    assert len(ways) == 12


async def test_the_words_are_known_for_the_firmware_that_has_them_and_for_no_other(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    controller = Controller(
        [open_board()], clock=SystemClock(), settings=Settings(state_folder=str(tmp_path / "state"))
    )
    await controller.start()
    try:
        assert controller.folder == str(tmp_path / "state")
        assert dict(processor(controller, "lab").crash_commands)[0x101] == "write through a NULL pointer"
        assert processor(controller, "m33").crash_commands == ()
        outcome = await controller.act(processor(controller, "lab").key, Verb.FIRMWARE, "hub.elf")
        assert outcome.ok
        assert processor(controller, "lab").crash_commands == ()
    finally:
        await controller.close()
