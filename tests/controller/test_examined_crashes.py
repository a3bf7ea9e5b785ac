from __future__ import annotations

import pathlib
from dataclasses import replace

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.controller.crash_facts import CaptureFacts, read_facts
from rproc_tui.controller.examined_crashes import KEPT, ExaminedCrashes
from tests.controller.kept_crashes import keep_remains
from tests.crash.demo_crashes import died


def kept(state: pathlib.Path, minute: int = 0) -> CaptureFacts:
    """The facts of a crash on disk."""
    remains = died("lab", "null")
    whole = remains.dump, len(remains.dump)
    facts = read_facts(str(keep_remains(state, "a crash", whole, remains.firmware, minute=minute)))
    assert facts is not None
    return facts


def test_a_crash_is_examined_once(tmp_path: pathlib.Path) -> None:
    examined, facts = ExaminedCrashes(), kept(tmp_path)
    first = examined.of(facts)
    assert first.report.place is not None
    assert first.report.place.function == "store_offset"
    later = replace(facts, record=replace(facts.record, title="what the report says", place="there", size=7))
    assert examined.of(later) is first


@pytest.mark.parametrize("name", ["firmware.elf", "dump.core", "kernel.log", "regs"])
def test_a_file_that_came_or_changed_makes_another_report(tmp_path: pathlib.Path, name: str) -> None:
    examined, facts = ExaminedCrashes(), kept(tmp_path)
    first = examined.of(facts)
    (pathlib.Path(facts.record.folder or "") / name).write_text("another one")
    assert examined.of(facts) is not first


def test_what_the_capture_found_out_later_makes_another_report(tmp_path: pathlib.Path) -> None:
    examined, facts = ExaminedCrashes(), kept(tmp_path)
    first = examined.of(facts)
    assert examined.of(replace(facts, firmware_sha256="0" * 64)).report.warnings != first.report.warnings


def test_crashes_of_one_firmware_read_it_once(tmp_path: pathlib.Path) -> None:
    examined, first, second = ExaminedCrashes(), kept(tmp_path), kept(tmp_path, 1)
    copy = pathlib.Path(second.record.folder or "") / "firmware.elf"
    copy.unlink()
    copy.hardlink_to(pathlib.Path(first.record.folder or "") / "firmware.elf")
    reports = [examined.of(facts) for facts in (first, second)]
    assert reports[0].evidence.firmware is reports[1].evidence.firmware
    assert reports[0].report.frames == reports[1].report.frames


def test_only_the_last_ones_are_remembered(tmp_path: pathlib.Path) -> None:
    examined, facts = ExaminedCrashes(), [kept(tmp_path, minute) for minute in range(KEPT + 1)]
    first = examined.of(facts[0])
    for one in facts[1:]:
        examined.of(one)
    assert examined.of(facts[0]) is not first
