from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from tests.demo_board import demo_board

pytestmark = pytest.mark.emulator


async def test_memory_registers_and_names_of_a_running_processor_can_be_looked_at(tmp_path: Path) -> None:
    settings = Settings(state_folder=str(tmp_path / "state"))
    controller = Controller([demo_board(str(tmp_path / "firmware"))], clock=SystemClock(), settings=settings)
    await controller.start()
    try:
        m4 = next(each for each in controller.snapshot.processors if each.name == "m4")
        async with asyncio.timeout(5):
            while controller.firmware(m4.key) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        memory = await controller.live_memory(m4.key)
        assert memory is not None
        assert memory.problems == ()
        place = memory.symbols.symbol_named("main")
        assert place is not None
        assert memory.dump.read(place[0], 4) not in (None, bytes(4))
        assert "pc" in memory.registers
    finally:
        await controller.close()
