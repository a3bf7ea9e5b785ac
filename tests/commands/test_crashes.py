"""`rproc-tui crashes`: what is on disk, without any board."""

from __future__ import annotations

import pathlib
from dataclasses import replace
from typing import Any

import pytest

from rproc_tui.controller.crash_facts import CaptureFacts, to_json
from rproc_tui.controller.crash_folder import make_folder
from rproc_tui.model.crash import CrashRecord, CrashStage
from tests.commands.conftest import Run

LOG = """<3>[    7.000000] remoteproc remoteproc0: crash detected in m4: type watchdog
<3>[    7.000100] remoteproc remoteproc0: handling crash #1 in m4
"""


def keep(homes: pathlib.Path, when: float, **changes: Any) -> pathlib.Path:
    record = CrashRecord("", "board", "/sys/devices/platform/10000000.m4", "m4", when, stage=CrashStage.READY)
    record = replace(
        record, host_kind="local", processor_id="remoteproc0", type="watchdog", title="watchdog", **changes
    )
    folder = pathlib.Path(make_folder(str(homes / "XDG_STATE_HOME" / "rproc-tui"), record.host, record.processor, when))
    (folder / "capture.json").write_bytes(to_json(CaptureFacts(record)))
    (folder / "kernel.log").write_text(LOG)
    return folder


@pytest.fixture
def three(homes: pathlib.Path) -> list[pathlib.Path]:
    """A loop of 40 s; the newest last."""
    return [keep(homes, 1_700_000_000.0 + 40 * number, number=number + 1) for number in range(3)]


def test_without_any_crash_it_says_what_captures_them(run: Run, homes: pathlib.Path) -> None:
    ran = run("crashes")
    assert (ran.code, ran.out) == (0, "")
    assert "no crash was captured yet" in ran.err


def test_the_list_has_a_line_a_crash_the_newest_first(run: Run, three: list[pathlib.Path]) -> None:
    lines = run("crashes").out.splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("1  ")
    assert lines[1].endswith("a watchdog every 40.0 s, 3 times")
    assert lines[3].endswith("watchdog  watchdog")


def test_programs_get_one_object(run: Run, three: list[pathlib.Path]) -> None:
    told = run("crashes", "--json").json()
    assert (told["schema"], told["version"]) == ("rproc-tui/crashes", 1)
    assert [one["id"] for one in told["crashes"]] == [folder.name for folder in reversed(three)]
    assert (
        told["crashes"][0] | {"count": 3, "period": 40.0, "regular": True, "type": "watchdog", "place": None}
        == (told["crashes"][0])
    )


@pytest.mark.parametrize("how", ["number", "id", "path", "path with a slash"])
def test_the_report_of_one_is_printed_by_number_name_or_path(run: Run, three: list[pathlib.Path], how: str) -> None:
    newest = three[-1]
    named = {"number": "1", "id": newest.name, "path": str(newest), "path with a slash": f"{newest}/"}[how]
    ran = run("crashes", named)
    assert ran.code == 0
    assert ran.out.startswith("m4: watchdog")
    assert "a watchdog every 40.0 s, 3 times" in ran.out
    assert str(newest) in ran.out


def test_the_report_comes_as_json_and_as_markdown_too(run: Run, three: list[pathlib.Path]) -> None:
    assert run("crashes", "1", "--json").json()["schema"] == "rproc-tui/crash"
    assert run("crashes", "1", "--markdown").out.startswith("# m4: watchdog")


def test_a_crash_that_somebody_sent_is_read_where_it_lies(
    run: Run, three: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    elsewhere = tmp_path / "sent-m4-20200101-000000"
    three[0].rename(elsewhere)
    assert str(elsewhere) in run("crashes", str(elsewhere)).out


def test_a_processor_lists_its_own(run: Run, homes: pathlib.Path, three: list[pathlib.Path]) -> None:
    keep(homes, 1_700_000_500.0, processor="dsp", device="/sys/devices/platform/20000000.dsp")
    for name in ("m4", "10000000.m4"):
        assert len(run("crashes", name).out.splitlines()) == 4
    assert len(run("crashes", "dsp").out.splitlines()) == 2
    assert len(run("crashes", "remoteproc0").out.splitlines()) == 5


@pytest.mark.parametrize(("what", "code"), [("9", 1), ("0", 1), ("nix", 3), ("/", 3)])
def test_what_is_not_there_is_refused_with_what_there_is(
    run: Run, three: list[pathlib.Path], what: str, code: int
) -> None:
    ran = run("crashes", what)
    assert (ran.code, ran.out) == (code, "")
    assert "there are" in ran.err


def test_where_chooses_the_sort_of_machine(run: Run, three: list[pathlib.Path]) -> None:
    assert run("--demo", "crashes", "--json").json()["crashes"] == []


def test_a_file_that_is_no_firmware_for_the_report_is_named(run: Run, three: list[pathlib.Path]) -> None:
    ran = run("crashes", "1", "--firmware", "/nowhere.elf")
    assert ran.code == 1
    assert "/nowhere.elf" in ran.err
