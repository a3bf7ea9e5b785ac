from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.model.outcome import Verb
from rproc_tui.model.watch import Watch
from rproc_tui.tui.remembered import FILE, HOSTS_MOST, HostMemory, Remembered, read_remembered, write_remembered
from tests.tui.scripted import ScriptedController, host, key, processors
from tests.tui.showing import Shown, showing

WHOLE = Remembered(
    "paper",
    "demo",
    {
        "demo": HostMemory(
            "/sys/devices/m4", "temp", "resources", "trace", faulty_only=True, watched={"/sys/devices/m4": "/me/a.elf"}
        )
    },
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_remembered(str(tmp_path / "state"), WHOLE)
    assert read_remembered(str(tmp_path / "state")) == WHOLE


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 2}', '{"version": 1, "hosts": []}', "[" * 100_000])
def test_a_file_that_says_nothing_is_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert read_remembered(str(tmp_path)) == Remembered()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda one: (
            st.lists(one, max_size=3)
            | st.dictionaries(st.sampled_from(["device", "filter", "tab", "watched", "faulty_only", "x"]), one)
        ),
    )
)
def test_whatever_stands_there_is_taken_for_what_it_is_or_for_nothing(found: Any) -> None:
    from tempfile import TemporaryDirectory  # noqa: PLC0415 (a folder for each example)

    with TemporaryDirectory() as folder:
        Path(folder, FILE).write_text(json.dumps({"version": 1, "hosts": {"demo": found}}))
        memory = read_remembered(folder).of("demo")
    assert all(text is None or isinstance(text, str) for text in (memory.device, memory.maximised))
    assert all(isinstance(path, str) for path in memory.watched.values())


def test_control_characters_are_not_remembered(tmp_path: Path) -> None:
    hosts = {"demo": {"filter": "\x1b[31m", "device": "a\nb", "watched": {"m4": "\x07"}}}
    (tmp_path / FILE).write_text(json.dumps({"version": 1, "hosts": hosts}))
    assert read_remembered(str(tmp_path)).of("demo") == HostMemory()


def test_the_oldest_hosts_are_forgotten() -> None:
    remembered = Remembered()
    for number in range(HOSTS_MOST + 5):
        remembered = remembered.with_host(f"host{number}", HostMemory(), None)
    assert len(remembered.hosts) == HOSTS_MOST
    assert "host0" not in remembered.hosts
    assert remembered.host == f"host{HOSTS_MOST + 4}"


def test_a_folder_that_cannot_be_written_is_no_error() -> None:
    write_remembered("/proc/nowhere", WHOLE)


def board(tmp_path: Path) -> ScriptedController:
    controller = ScriptedController()
    controller.folder = str(tmp_path)
    return controller


async def leave(shown: Shown) -> None:
    """As `q` does, as far as it is remembered."""
    await shown.press("q")


async def test_the_processor_the_filter_the_panel_and_the_theme_are_as_they_were(tmp_path: Path) -> None:
    async with showing(board(tmp_path), size=(80, 24)) as shown:
        await shown.press("down", "down")
        await shown.press("slash")
        await shown.type("temp")
        await shown.press("enter")
        await shown.press("tab", "tab")
        shown.app.set_theme("paper")
        await shown.rest()
        assert (shown.selected, shown.focused) == ("pru0", "resources")
        await leave(shown)
    async with showing(board(tmp_path), size=(80, 24), selects=False) as shown:
        await shown.until(lambda: shown.selected == "pru0")
        await shown.sees("/temp")
        await shown.sees("no resource table")
        assert shown.app.theme == "paper"


async def test_what_filled_the_screen_fills_it_again(tmp_path: Path) -> None:
    async with showing(board(tmp_path)) as shown:
        shown.overview.open_panel("trace")
        await shown.press("z")
        await leave(shown)
    async with showing(board(tmp_path), selects=False) as shown:
        await shown.until(lambda: shown.focused == "trace")
        await shown.sees_no("─ Processors ─")


async def test_a_processor_that_is_gone_and_a_panel_that_is_none_leave_things_as_they_are(tmp_path: Path) -> None:
    memory = HostMemory("/sys/devices/gone", tab="none", maximised="none")
    write_remembered(str(tmp_path), Remembered("no-theme", "demo", {"demo": memory}))
    async with showing(board(tmp_path), selects=False) as shown:
        await shown.until(lambda: shown.selected == "dsp")
        assert shown.app.theme == "midnight"


async def test_a_file_that_was_watched_is_offered_again(tmp_path: Path) -> None:
    m4, *others = processors()
    watched = replace(m4, watch=Watch("/home/me/build/hub.elf"))
    controller = ScriptedController(host((watched, *others)))
    controller.folder = str(tmp_path)
    async with showing(controller) as shown:
        await leave(shown)
    assert read_remembered(str(tmp_path)).of("demo").watched == {key("m4").device: "/home/me/build/hub.elf"}
    again = board(tmp_path)
    async with showing(again) as shown:
        await shown.press("w")
        await shown.sees("file of this machine to watch for m4: /home/me/build/hub.elf")
        await shown.press("enter")
        await shown.until(lambda: again.acts == [("m4", Verb.WATCH, "/home/me/build/hub.elf")])
