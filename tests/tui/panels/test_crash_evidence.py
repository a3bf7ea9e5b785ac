from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rproc_tui.crash.dump import Dump, Layout
from rproc_tui.crash.firmware_match import FirmwareMatch, Match
from rproc_tui.tui.panels.crash_evidence import debugger_command, evidence_lines, live_debugger
from tests.tui.crashes import evidence, examined, report
from tests.tui.scripted import plain


def test_registers_tell_their_source_how_sure_it_is_and_what_they_point_to() -> None:
    lines = plain(evidence_lines(examined(), 100))
    assert lines[0] == "Registers  note of the core, thread 1  known"
    rows = [line.split() for line in lines[1:4]]
    assert rows == [
        ["r0", "00000000", "lr", "10000011", "store+17"],
        ["r1", "00000007", "pc", "10000008", "store+8"],
        ["sp", "20000020", "stack"],
    ]


def test_in_a_narrow_panel_registers_stand_below_each_other() -> None:
    assert plain(evidence_lines(examined(), 58))[5].split() == ["pc", "10000008", "store+8"]


def test_status_bits_dump_and_folder_are_told() -> None:
    text = "\n".join(plain(evidence_lines(examined(), 100)))
    assert "CFSR.PRECISERR: the bus refused a read or write" in text
    assert "core with registers, 128 B" in text
    assert "/nowhere/crashes/demo-m4-1" in text


def test_another_build_is_said_in_red() -> None:
    match = FirmwareMatch(Match.OTHER, "its digest differs", "hub.elf")
    lines = evidence_lines(examined(of=report(firmware=match)), 100)
    (line,) = [line for line in lines if "its digest differs" in line.plain]
    assert any("crashed" in str(span.style) for span in line.spans)


def test_the_debugger_gets_a_command_line_that_a_shell_takes() -> None:
    crash = examined(folder="/home/me/my crashes/one")
    assert debugger_command(crash) == ("gdb-multiarch -ex 'set osabi GNU/Linux' '/home/me/my crashes/one/memory.core'")


@pytest.mark.parametrize("layout", [Layout.NONE, Layout.SEGMENTS, Layout.SECTIONS])
def test_no_debugger_for_a_dump_without_registers_and_it_says_why(layout: Layout) -> None:
    crash = replace(examined(), evidence=evidence(dump=Dump(layout, 0)))
    assert debugger_command(crash) is None
    assert "gdb takes no dump" in (text := "\n".join(plain(evidence_lines(crash, 100)))) or "nothing to open" in text


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({"host_kind": "emulated"}, "rproc-tui --demo gdb m4"),
        ({"host_kind": "emulated", "host": "mine"}, "rproc-tui --board FILE.dts gdb m4"),
        ({"host_kind": "emulated", "processor": "m4; reboot"}, "rproc-tui --demo gdb 'm4; reboot'"),
        ({"host_kind": "local"}, None),
        ({}, None),
    ],
)
def test_an_emulated_processor_names_the_command_that_gdb_attaches_through(
    changes: dict[str, Any], command: str | None
) -> None:
    crash = examined(**changes)
    assert live_debugger(crash.record) == command
    assert ("attach to a live one" in "\n".join(plain(evidence_lines(crash, 100)))) is (command is not None)


@pytest.mark.parametrize("width", [30, 58, 76, 118])
def test_no_line_is_wider_than_the_panel(width: int) -> None:
    assert max(line.cell_length for line in evidence_lines(examined(), width)) <= width
