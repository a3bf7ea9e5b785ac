"""The command line that the screen shows for a crash: gdb takes it, and sees what we see."""

from __future__ import annotations

import pathlib
import shlex
import subprocess

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.controller.crash_facts import read_facts
from rproc_tui.controller.examined_crashes import ExaminedCrashes
from rproc_tui.crash.core_file import core_of
from rproc_tui.crash.examine import symbols_of
from rproc_tui.crash.registers_text import parse_registers
from rproc_tui.tui.examined_crash import ExaminedCrash
from rproc_tui.tui.panels.crash_evidence import debugger_command
from tests.controller.kept_crashes import keep_remains
from tests.crash.demo_crashes import died
from tests.crash.gdb_backtrace import GDB, PATIENCE

pytestmark = pytest.mark.skipif(GDB is None, reason="needs gdb-multiarch")


@pytest.mark.parametrize("processor", ["lab", "r5f", "rv32"])
def test_gdb_opens_what_was_kept_by_the_command_line_on_the_screen(tmp_path: pathlib.Path, processor: str) -> None:
    remains = died(processor, "null")
    registers = parse_registers(remains.registers)
    assert registers is not None
    folder = keep_remains(tmp_path / "a folder", "a crash", (b"", 0), remains.firmware)
    (folder / "memory.core").write_bytes(core_of(registers.values, remains.memory))
    facts = read_facts(str(folder))
    assert facts is not None
    found = ExaminedCrashes().of(facts)
    crash = ExaminedCrash(facts.record, found.evidence, found.report, symbols_of(found.evidence.firmware))
    command = debugger_command(crash)
    assert command is not None
    words = [*shlex.split(command), "-nx", "-batch", "-ex", "backtrace"]
    said = subprocess.run(words, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
    place = found.report.frames[0].frame.place
    assert f"{place.function} (" in said
    assert f" at {place.file}:{place.line}" in said
    assert "main ()" in said
