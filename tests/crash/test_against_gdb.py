"""The same core, read by us and by gdb: frame by frame the same functions, arguments, files and lines."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rproc_tui.crash.backtrace import backtrace
from rproc_tui.crash.core_file import core_of
from rproc_tui.crash.decode import decode
from rproc_tui.crash.registers_text import parse_registers
from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Frame, How, Machine, Memory
from tests.crash.gdb_backtrace import DEPTH, GDB, SIGNAL_HANDLER, GdbFrame, gdb_backtraces

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.emulator.board import DEMO_FIRMWARE
from tests.crash.demo_crashes import FIRMWARE, died

pytestmark = pytest.mark.skipif(GDB is None, reason="needs gdb-multiarch")

OF_ALL = ["null", "undefined", "assert", "read", "write", "stack", "interrupt", "hang"]
OF_ARM = [*OF_ALL, "branch"]
OF_CORTEX_M = [*OF_ARM, "divide", "nested", "thread"]
CRASHES = [
    ("lab", Machine.CORTEX_M, OF_CORTEX_M),
    ("m4", Machine.CORTEX_M, OF_CORTEX_M),
    ("r5f", Machine.ARM, OF_ARM),
    ("rv32", Machine.RISCV32, OF_ALL),
]
"""Every way that a core has, without wild branches of RISC-V: there gdb finds no caller of code that is none."""

WHERE_GDB_STOPS = [("r5f", "interrupt")]
"""It wants every frame to be above the one before; an interrupt of an ARM has a stack of its own."""


def arguments(symbols: Symbols, frame: Frame, memory: Memory) -> str:
    """As gdb writes them, which has no second form for large numbers, and C's for the end of a line."""
    found = [one for one in symbols.locals_at(frame, memory) if one.is_parameter]
    text = ", ".join(f"{one.name}={one.value.partition(' (0x')[0]}" for one in found)
    return text.replace("\\x0a", "\\n")


def our_frames(processor: str, way: str, machine: Machine) -> tuple[bytes, list[GdbFrame]]:
    evidence = died(processor, way)
    registers = parse_registers(evidence.registers)
    assert registers is not None
    core = core_of(registers.values, evidence.memory)
    symbols, memory = Symbols(evidence.firmware), decode(core, len(core))
    frames = backtrace(registers, memory, symbols, machine)
    texts = [arguments(symbols, frame, memory) if index < DEPTH else "" for index, frame in enumerate(frames)]
    both = zip(frames, texts, strict=True)
    return core, [line for frame, text in both for line in as_gdb_has_it(frame, machine, text)]


def as_gdb_has_it(frame: Frame, machine: Machine, text: str) -> list[GdbFrame]:
    """Inlined functions are frames of their own; a Cortex-M's exception is one more."""
    crossed = frame.how is How.EXCEPTION_FRAME and machine is Machine.CORTEX_M
    lines = [GdbFrame(place.function or "??", place.file, place.line, text) for place in frame.places]
    return [GdbFrame(SIGNAL_HANDLER, None, None, "")] * crossed + lines


def briefly(frame: GdbFrame) -> GdbFrame:
    """Without the arguments of `format`, of which gdb and we abbreviate different ones."""
    return frame._replace(arguments="") if frame.function == "format" else frame


def until_main(frames: list[GdbFrame]) -> list[GdbFrame]:
    """gdb goes no further than main."""
    names = [frame.function for frame in frames]
    return frames[: names.index("main") + 1] if "main" in names else frames


@pytest.mark.parametrize(("processor", "machine", "ways"), CRASHES, ids=[crash[0] for crash in CRASHES])
def test_gdb_sees_the_same_frames(processor: str, machine: Machine, ways: list[str], tmp_path: Path) -> None:
    ours = {way: our_frames(processor, way, machine) for way in ways}
    program = os.path.join(DEMO_FIRMWARE, FIRMWARE[processor])
    theirs = gdb_backtraces(program, [core for core, _frames in ours.values()], os.fspath(tmp_path))
    assert len(theirs) == len(ways)
    for (way, (_core, frames)), gdb in zip(ours.items(), theirs, strict=True):
        known = len(gdb) if (processor, way) in WHERE_GDB_STOPS else DEPTH
        assert [briefly(frame) for frame in until_main(frames)[:known]] == [briefly(frame) for frame in gdb], way
