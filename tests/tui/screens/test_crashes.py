"""Screen 5: the history, what is known of one crash, two side by side."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from rproc_tui.controller.source_lines import SourceLines
from rproc_tui.crash.dump import Dump, Layout
from rproc_tui.model.crash import CrashStage
from rproc_tui.model.outcome import Verb
from rproc_tui.tui.screens.crashes import HISTORY_EVERY, CrashesScreen
from rproc_tui.tui.widgets.crash_list import CrashList
from rproc_tui.tui.widgets.hex_view import HexView
from tests.tui.crashes import NOTHING, WHEN, evidence, record, report
from tests.tui.scripted import ScriptedController
from tests.tui.showing import Shown, showing

GOLDEN = Path(__file__).parent / "golden"
SOURCE = "".join(f"int line_{number};\n" for number in range(1, 60))
pytestmark = pytest.mark.usefixtures("utc")


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the history as often as it changes."""
    assert HISTORY_EVERY > 0
    monkeypatch.setattr("rproc_tui.tui.screens.crashes.HISTORY_EVERY", 0.0)


@pytest.fixture
def controller(tmp_path: Path) -> ScriptedController:
    """With two crashes of m4 and an older one of the dsp."""
    made = ScriptedController()
    keep(made, 1, processor="dsp", device="/sys/devices/platform/dsp", title="watchdog", type="watchdog", place=None)
    keep(made, 2)
    keep(made, 3, title="failed assertion", place="check (src/main.c:5)", type="fatal error")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "crash.c").write_text(SOURCE)
    (tmp_path / "src" / "main.c").write_text(SOURCE.replace("line", "main"))
    for name in ("crash.c", "main.c"):
        os.utime(tmp_path / "src" / name, (WHEN, WHEN))
    made.sources = SourceLines([("", str(tmp_path))])
    made.folder = str(tmp_path / "state")
    return made


def keep(controller: ScriptedController, number: int, **changes: Any) -> None:
    """A crash was captured."""
    made = record(number, **changes)
    controller.crashes[made.id] = (made, evidence(), report())


@asynccontextmanager
async def looking(controller: ScriptedController, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Shown]:
    async with showing(controller, size=size) as shown:
        await shown.press("5")
        await shown.sees("in store  src/crash.c:21")
        await shown.rest()
        yield shown


def compare(shown: Shown, name: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if not path.exists():
        path.write_text(shown.text() + "\n", encoding="utf-8")
        pytest.fail(f"{path.name} was missing and is written now: look at it, then run again")
    assert shown.text() + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "size"), [("wide", (120, 40)), ("compact", (80, 24))])
async def test_the_screen_looks_as_it_did(controller: ScriptedController, name: str, size: tuple[int, int]) -> None:
    async with looking(controller, size) as shown:
        if name == "wide":
            await shown.sees("line_21")
        compare(shown, f"crashes-{name}")


async def test_it_opens_on_the_newest_crash_of_the_selected_processor(controller: ScriptedController) -> None:
    async with showing(controller) as shown:
        await shown.press("down", "5")
        await shown.sees("dsp 22:14:20 ·  Report")


async def test_a_move_in_the_list_shows_another_report_and_selects_its_processor(
    controller: ScriptedController,
) -> None:
    async with looking(controller) as shown:
        await shown.press("down")
        await shown.sees("m4 22:15:20 ·")
        await shown.press("down")
        await shown.sees("dsp 22:14:20 ·")
        await shown.press("s")
        await shown.sees("Stop dsp (remoteproc1)")
        await shown.press("escape", "g", "s")
        await shown.until(lambda: shown.controller.acts == [("m4", Verb.STOP, None)])


async def test_a_processor_of_the_strip_brings_its_newest_crash(controller: ScriptedController) -> None:
    async with looking(controller) as shown:
        await shown.press("shift+tab", "right")
        await shown.sees("dsp 22:14:20 ·")
        await shown.press("left")
        await shown.sees("m4 22:16:20 ·")


async def test_going_from_call_to_call_shows_their_source(controller: ScriptedController) -> None:
    async with looking(controller) as shown:
        await shown.sees("▶ 21 │ int line_21;")
        await shown.press("enter", "down")
        await shown.sees("▶  5 │ int main_5;")
        await shown.press("down")
        await shown.sees("does not tell which line 0x10000400 is from")
        await shown.press("up", "up")
        await shown.sees("▶ 21 │ int line_21;")


async def test_tab_and_arrows_lead_through_the_panels_and_esc_back(controller: ScriptedController) -> None:
    async with looking(controller) as shown:
        for key, expected in [
            ("tab", "Report"),
            ("tab", "src/crash.c:21"),
            ("right", "Registers and evidence"),
            ("right", "E: hub: 0x101 [bold red]NULL[/]"),
            ("tab", "68 65 6c 6c"),
            ("tab", "`=` marks a crash"),
            ("left", "68 65 6c 6c"),
        ]:
            await shown.press(key)
            await shown.sees(expected)
        await shown.press("escape")
        assert shown.focused == "crashes"
        await shown.press("escape")
        await shown.sees("Resource table")


async def test_two_crashes_stand_side_by_side(controller: ScriptedController) -> None:
    async with looking(controller) as shown:
        await shown.press("equals_sign")
        await shown.sees("= 14 Nov 22:16:20")
        await shown.press("down", "equals_sign")
        await shown.sees("Compare: the marked crash, and the selected one")
        await shown.until(lambda: re.search(r"when +14 Nov 22:16:20 +14 Nov 22:15:20", shown.text()) is not None)
        await shown.press("escape", "escape")
        await shown.sees_no("= 14 Nov 22:16:20")


async def test_an_address_is_gone_to_by_its_name(controller: ScriptedController) -> None:
    async with looking(controller) as shown:
        await shown.press("a")
        await shown.type("0x30000000")
        await shown.press("enter")
        await shown.sees("30000000  2e 2f")
        assert shown.focused == "memory"
        await shown.press("colon")
        await shown.type("go-to sp")
        await shown.press("enter")
        await shown.until(lambda: shown.app.screen.query_one(HexView).cursor == 3)
        for typed, answer in [
            ("0x40000000", "0x40000000 is not in the dump"),
            ("where", "where is neither an address"),
        ]:
            await shown.press("a")
            await shown.type(typed)
            await shown.press("enter")
            await shown.sees(answer)


async def test_a_report_is_saved_and_it_says_where(controller: ScriptedController) -> None:
    async with looking(controller) as shown:
        await shown.press("e")
        await shown.sees("m4-20231114-221620.txt")
        saved = Path(controller.folder) / "reports" / "m4-20231114-221620.md"
        assert saved.read_text().startswith("# m4: write through a null pointer")


async def test_a_folder_that_cannot_be_written_is_named(controller: ScriptedController) -> None:
    Path(controller.folder).touch()
    async with looking(controller) as shown:
        await shown.press("e")
        await shown.sees("the report could not be saved: Not a directory")


async def test_a_copy_is_the_whole_report_and_d_the_debuggers_command(
    controller: ScriptedController, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    async with looking(controller) as shown:
        monkeypatch.setattr(shown.app, "copy_to_clipboard", copied.append)
        await shown.press("y")
        await shown.sees("copied")
        await shown.press("D")
        await shown.sees("gdb-multiarch")
        assert copied[0].startswith("m4: write through a null pointer, in store (src/crash.c:21)\n")
        assert "Trace:" in copied[0]
        assert copied[1] == "gdb-multiarch -ex 'set osabi GNU/Linux' /nowhere/crashes/demo-m4-3/memory.core"


async def test_a_new_crash_is_followed_from_the_top_of_the_list_and_from_nowhere_else(
    controller: ScriptedController,
) -> None:
    async with looking(controller) as shown:
        keep(controller, 4, stage=CrashStage.COLLECTING, title=None, place=None)
        controller.change("m4", last_crash=controller.crashes["demo-m4-4"][0])
        await shown.sees("m4 22:17:20 ·")
        await shown.sees("what is left of it is being saved")
        keep(controller, 4)
        controller.change("m4", last_crash=controller.crashes["demo-m4-4"][0])
        await shown.sees("in store  src/crash.c:21")
        await shown.press("enter")
        keep(controller, 5)
        controller.change("m4", last_crash=controller.crashes["demo-m4-5"][0])
        await shown.sees("22:18:20")
        await shown.sees("m4 22:17:20 ·")


async def test_coming_back_shows_what_crashed_meanwhile(controller: ScriptedController) -> None:
    async with looking(controller) as shown:
        await shown.press("down", "down", "down", "g", "down", "1")
        await shown.sees("Resource table")
        keep(controller, 4)
        controller.change("m4", last_crash=controller.crashes["demo-m4-4"][0])
        await shown.sees("5 shows it all")
        await shown.press("5")
        await shown.sees("m4 22:17:20 ·")


async def test_a_crash_of_which_nothing_could_be_kept_says_why(controller: ScriptedController) -> None:
    lost = record(9, folder=None, title=None, problems=("the crash is not kept: No space left on device",))
    async with looking(controller) as shown:
        controller.change("m4", last_crash=lost)
        await shown.sees("nothing of it could be kept. the crash is not kept")
        await shown.press("e")
        await shown.sees("the crash is still being examined")


async def test_a_crash_that_was_removed_meanwhile_says_so(controller: ScriptedController) -> None:
    async with looking(controller) as shown:
        kept = controller.crashes["demo-m4-2"]

        async def history() -> tuple[Any, ...]:
            return (kept[0],)

        controller.crash_history = history  # type: ignore[method-assign]
        del controller.crashes["demo-m4-2"]
        controller.change("m4", last_crash=record(3))
        await shown.sees("it cannot be examined: there is no crash demo-m4-2")


async def test_without_crashes_it_says_what_will_be_here() -> None:
    async with showing() as shown:
        await shown.press("5")
        await shown.sees("No crash has been kept so far.")
        for key in ("equals_sign", "a", "e", "y", "D", "z", "tab"):
            await shown.press(key)
        await shown.sees("No crash has been kept so far.")
        await shown.press("escape", "escape")
        await shown.sees("Resource table")


async def test_evidence_without_anything_in_it_is_shown_without_harm(controller: ScriptedController) -> None:
    controller.crashes["demo-m4-3"] = (
        record(3),
        evidence(dump=Dump(Layout.NONE, 0), trace=(), kernel_lines=()),
        NOTHING,
    )
    async with showing(controller) as shown:
        await shown.press("5")
        await shown.sees("no call is known")
        for _ in range(6):
            await shown.press("tab")
        for _ in range(5):
            await shown.press("left")
        await shown.press("z", "down", "up", "G", "z")
        await shown.sees("its memory was not kept")


async def test_z_hides_the_list(controller: ScriptedController) -> None:
    async with looking(controller) as shown:
        await shown.press("z")
        await shown.until(lambda: not shown.app.screen.query_one(CrashList).display)
        assert shown.focused == "report"
        await shown.press("escape")
        await shown.until(lambda: bool(shown.app.screen.query_one(CrashList).display))


async def test_on_a_tiny_terminal_it_says_what_it_needs(controller: ScriptedController) -> None:
    async with showing(controller, size=(50, 10)) as shown:
        await shown.press("5")
        await shown.sees("needs a terminal of at least")
        assert "Report" not in shown.text()


async def test_a_moment_that_changes_nothing_paints_nothing(controller: ScriptedController) -> None:
    async with looking(controller) as shown:
        painted: list[object] = []
        screen = shown.app.screen
        assert isinstance(screen, CrashesScreen)
        for part in screen.query("*"):
            part.refresh = lambda *args, **_: painted.append(args)  # type: ignore[method-assign,assignment]
        controller.publish(*controller.snapshot.hosts)
        await shown.rest()
        assert painted == []
