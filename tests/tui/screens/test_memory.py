from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.controller.live_memory import LiveMemory
from rproc_tui.crash.core_file import core_of
from rproc_tui.crash.decode import decode
from rproc_tui.crash.symbols import Symbols
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.processor import State
from rproc_tui.tui.screens.memory import MemoryScreen
from tests.tui.scripted import ScriptedController, host, processors
from tests.tui.showing import Shown, showing

pytestmark = pytest.mark.usefixtures("utc")

SRAM = Region("sram", 0x10000000, 4096, RegionKind.RESERVED)


def look(word: bytes, at: float = 1000.0, problems: tuple[str, ...] = ()) -> LiveMemory:
    image = core_of({"pc": 0x10000010}, [(SRAM, word.ljust(4096, b"\0"))])
    return LiveMemory(at, decode(image, len(image)), Symbols(b""), {"pc": 0x10000010}, problems)


def board(*looks: LiveMemory) -> ScriptedController:
    m4, *others = processors()
    controller = ScriptedController(host((replace(m4, memory=True), *others)))
    controller.memories = list(looks)
    return controller


async def opened(shown: Shown) -> MemoryScreen:
    await shown.press("3")
    await shown.until(lambda: isinstance(shown.app.screen, MemoryScreen))
    screen = shown.app.screen
    assert isinstance(screen, MemoryScreen)
    await shown.rest()
    return screen


async def test_the_map_and_the_bytes_of_the_selected_stretch_are_shown() -> None:
    async with showing(board(look(b"hello"))) as shown:
        await opened(shown)
        await shown.sees("─ Memory map · m4 ─")
        await shown.sees("◆ 0x10049120      4 KiB  trace     log")
        await shown.sees("10000000  68 65 6c 6c 6f 00")
        await shown.sees("as at 22:13:20")


async def test_moving_in_the_map_moves_the_bytes() -> None:
    async with showing(board(look(b"hello"))) as shown:
        screen = await opened(shown)
        await shown.sees("68 65 6c")
        await shown.press("down", "down", "down")
        assert screen._hex.place == 0x10000000


async def test_bytes_are_read_again_on_demand_and_when_the_state_is_another_and_the_place_stays() -> None:
    async with showing(board(look(b"one"), look(b"two", 1001.0), look(b"six", 1002.0))) as shown:
        screen = await opened(shown)
        await shown.sees("6f 6e 65")
        await shown.press("a")
        await shown.type("0x10000100")
        await shown.press("enter")
        await shown.until(lambda: screen._hex.place == 0x10000100)
        await shown.press("u")
        await shown.sees("as at 22:13:21")
        assert screen._hex.place == 0x10000100
        shown.controller.change("m4", state=State.CRASHED)
        await shown.sees("as at 22:13:22")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nonsense", "nonsense is neither an address nor a name that the firmware has"),
        ("0x30000000", "0x30000000 is in no memory that can be read: there is 0x10000000-0x10000fff"),
    ],
)
async def test_an_address_that_cannot_be_gone_to_is_named(typed: str, said: str) -> None:
    async with showing(board(look(b"hello"))) as shown:
        await opened(shown)
        await shown.sees("68 65 6c")
        await shown.press("colon")
        await shown.type(f"go-to {typed}")
        await shown.press("enter")
        await shown.sees(said)


async def test_a_register_is_an_address() -> None:
    async with showing(board(look(b"hello"))) as shown:
        screen = await opened(shown)
        await shown.sees("68 65 6c")
        await shown.press("a")
        await shown.type("pc")
        await shown.press("enter")
        await shown.until(lambda: screen._hex.place == 0x10000010)
        assert shown.focused == "bytes"


async def test_where_no_bytes_can_be_read_the_screen_says_why_and_shows_the_map() -> None:
    async with showing(size=(80, 24)) as shown:
        await opened(shown)
        await shown.sees("The bytes of this processor cannot be read")
        await shown.sees("sram")
        await shown.press("a")
        await shown.sees("the bytes of this processor cannot be read")


async def test_what_could_not_be_read_is_said() -> None:
    async with showing(board(look(b"hello", problems=("dtcm cannot be read: Input/output error",)))) as shown:
        await opened(shown)
        await shown.sees("dtcm cannot be read")


async def test_panels_change_with_enter_and_tab_and_the_bytes_can_have_the_whole_screen() -> None:
    async with showing(board(look(b"hello"))) as shown:
        await opened(shown)
        await shown.sees("68 65 6c")
        await shown.press("enter")
        assert shown.focused == "bytes"
        await shown.press("enter")
        await shown.sees_no("─ Memory map · m4 ─")
        await shown.press("escape")
        await shown.sees("─ Memory map · m4 ─")
        await shown.press("tab")
        assert shown.focused == "processors"
        await shown.press("tab")
        assert shown.focused == "map"
        await shown.press("y")
        await shown.sees("copied 8 lines")
        await shown.press("escape", "escape")
        await shown.until(lambda: shown.app.screen is shown.overview)


async def test_another_processor_has_another_memory() -> None:
    async with showing(board(look(b"hello"))) as shown:
        await opened(shown)
        await shown.sees("68 65 6c")
        await shown.press("tab", "tab", "right")
        await shown.sees("no memory regions known")
        await shown.sees("The bytes of this processor cannot be read")
