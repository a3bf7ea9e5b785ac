"""Crashes read back from their folders, whoever edited them."""

from __future__ import annotations

import json
import os
import pathlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.controller.crash_facts import CaptureFacts, from_json, read_facts, to_json
from rproc_tui.controller.crash_folder import make_folder
from rproc_tui.controller.crash_history import find, is_kept, read_history
from rproc_tui.errors import RprocTuiError
from rproc_tui.model.crash import CrashRecord, CrashStage
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.processor import ProcessorKey

DEVICE = "/sys/devices/platform/10000000.m4"


def facts(when: float = 1_700_000_000.0, **changes: Any) -> CaptureFacts:
    record = CrashRecord("", "demo", DEVICE, "m4", when, processor_id="remoteproc0", stage=CrashStage.READY, **changes)
    return CaptureFacts(record, core="Cortex-M4", regions=(Region("itcm", 0x1000, 64, RegionKind.INTERNAL, pa=7),))


def keep(state: pathlib.Path, one: CaptureFacts) -> pathlib.Path:
    folder = pathlib.Path(make_folder(str(state), one.record.host, one.record.processor, one.record.when))
    (folder / "capture.json").write_bytes(to_json(one))
    return folder


def test_what_is_written_is_read_back(tmp_path: pathlib.Path) -> None:
    written = facts(type="watchdog", number=3, title="a title", place="f (a.c:1)", missed=2, problems=("full",))
    written = replace(written, uptime=12.5, caught=True, firmware_sha256="ab", state="crashed")
    folder = keep(tmp_path, written)
    (folder / "dump.core").write_bytes(b"12345")
    found = read_facts(str(folder))
    assert found is not None
    size = 5 + (folder / "capture.json").stat().st_size
    record = replace(written.record, id=folder.name, folder=str(folder), has_dump=True, size=size)
    assert found == replace(written, record=record)


def test_the_newest_comes_first_with_its_loop(tmp_path: pathlib.Path) -> None:
    for number in range(4):
        keep(tmp_path, facts(1_700_000_000.0 + 40 * number, type="watchdog", number=number + 1))
    history = read_history(str(tmp_path))
    assert [record.number for record in history] == [4, 3, 2, 1]
    assert [record.loop for record in history] == [
        "a watchdog every 40.0 s, 4 times",
        "a watchdog every 40.0 s, 3 times",
        None,
        None,
    ]


def test_processors_have_loops_of_their_own(tmp_path: pathlib.Path) -> None:
    for number in range(3):
        keep(tmp_path, facts(1_700_000_000.0 + 40 * number))
        other = facts(1_700_000_001.0 + 40 * number)
        keep(tmp_path, replace(other, record=replace(other.record, device="/sys/devices/other")))
    assert [record.count for record in read_history(str(tmp_path))] == [3, 3, 1, 1, 1, 1]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"schema": "other"}', b"\xff\xfe", b"[" * 100_000, b"9" * 100_000],
    ids=["empty", "cut", "a list", "null", "other schema", "no text", "deep", "a number"],
)
def test_a_folder_with_something_else_in_it_is_no_crash(tmp_path: pathlib.Path, content: bytes) -> None:
    folder = keep(tmp_path, facts())
    (folder / "capture.json").write_bytes(content)
    keep(tmp_path, facts(1_800_000_000.0))
    assert [record.when for record in read_history(str(tmp_path))] == [1_800_000_000.0]


def test_a_fifo_or_a_link_in_place_of_the_file_is_not_waited_for_and_not_followed(tmp_path: pathlib.Path) -> None:
    files = [keep(tmp_path, facts(1_700_000_000.0 + number)) / "capture.json" for number in range(2)]
    for file in files:
        file.unlink()
    os.mkfifo(files[0])
    files[1].symlink_to("/etc/passwd")
    assert read_history(str(tmp_path)) == ()


def test_texts_of_others_cannot_move_the_cursor() -> None:
    edited = json.loads(to_json(facts()))
    edited |= {"title": "\x1b[2Jgone", "processor": "m4\n" + "x" * 5000, "problems": ["\x07"] * 1000, "when": -1}
    record = from_json(edited, "x").record
    assert record.title == "\\x1b[2Jgone"
    assert "\n" not in record.processor
    assert len(record.processor) < 500
    assert len(record.problems) == 256
    assert record.when == 0


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=50)
@given(changes=st.dictionaries(st.sampled_from(sorted(json.loads(to_json(facts())))), values))
def test_whatever_somebody_writes_gives_a_record_of_the_right_types(changes: dict[str, Any]) -> None:
    found = from_json(json.loads(to_json(facts())) | changes, "x")
    record = found.record
    assert record.processor.isprintable()
    assert record.when >= 0
    assert record.missed >= 0
    assert all(problem.isprintable() for problem in record.problems)
    assert from_json(json.loads(to_json(found)), "x") == found


@pytest.mark.parametrize("crash_id", ["..", "../state", "demo-m4-20200101-000000", "", "/etc"])
def test_an_id_that_is_none_is_refused(tmp_path: pathlib.Path, crash_id: str) -> None:
    (tmp_path / "state").mkdir()
    with pytest.raises(RprocTuiError, match="there is no crash"):
        find(str(tmp_path / "state"), crash_id)


def test_a_crash_is_recognised_by_its_processor_and_its_time(tmp_path: pathlib.Path) -> None:
    keep(tmp_path, facts(1_700_000_000.0))
    assert is_kept(str(tmp_path), ProcessorKey("demo", DEVICE), 1_700_000_003.0)
    assert not is_kept(str(tmp_path), ProcessorKey("demo", DEVICE), 1_700_000_013.0)
    assert not is_kept(str(tmp_path), ProcessorKey("other", DEVICE), 1_700_000_000.0)
