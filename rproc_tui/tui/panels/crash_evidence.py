"""What a report rests on: registers with their sources, status bits, thread, firmware, dump; and how to debug on."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator

from textual.content import Content

from rproc_tui.crash.dump import Layout
from rproc_tui.crash.firmware_match import Match
from rproc_tui.crash.report import CrashReport
from rproc_tui.crash.report_text import sections
from rproc_tui.crash.values import Certainty, Registers
from rproc_tui.hosts.base import HostKind
from rproc_tui.model.crash import CrashRecord
from rproc_tui.tui.examined_crash import ExaminedCrash
from rproc_tui.tui.panels.columns import cut, fit, indented
from rproc_tui.tui.panels.crash_report import heading
from rproc_tui.tui.panels.state import home_relative

DEMO_LABEL = "demo"
"""What the host of the bundled board is called."""
_TWO_COLUMNS = 76
"""Cells from which on registers stand in two columns, each with what it points to."""
_NAME_WIDTH = 10
_FLOATS = frozenset((*(f"s{number}" for number in range(32)), "fpscr", "fpexc"))
_CERTAINTIES = {Certainty.KNOWN: "$state-running", Certainty.LIKELY: "$warning", Certainty.GUESS: "bold $state-crashed"}
_SETS_MOST = 16


def evidence_lines(crash: ExaminedCrash, width: int) -> list[Content]:
    """All of it."""
    lines: list[Content] = []
    for registers in crash.report.registers[:_SETS_MOST]:
        lines += _register_set(crash, registers, width)
    told = dict(sections(crash.report))
    for name in ("Fault status", "Thread", "Kernel", "Firmware", "Dump"):
        lines += _section(name, told.get(name, []), width, _style(name, crash.report))
    return [*lines, *_debugger(crash, width)]


def debugger_command(crash: ExaminedCrash) -> str | None:
    """A command line that opens the kept memory in gdb; None where gdb could not read it."""
    folder, dump = crash.record.folder, crash.evidence.dump
    if folder is None or dump.layout is not Layout.CORE:
        return None
    firmware = shlex.quote(os.path.join(folder, "firmware.elf")) + " " if crash.evidence.firmware is not None else ""
    core = shlex.quote(os.path.join(folder, "memory.core"))
    return f"gdb-multiarch -ex 'set osabi GNU/Linux' {firmware}{core}"


def live_debugger(record: CrashRecord) -> str | None:
    """The command that serves a running processor to gdb; None for one that is real, which has its probe."""
    if record.host_kind != HostKind.EMULATED:
        return None
    board = "--demo" if record.host == DEMO_LABEL else "--board FILE.dts"
    return f"rproc-tui {board} gdb {shlex.quote(record.processor)}"


def _register_set(crash: ExaminedCrash, registers: Registers, width: int) -> Iterator[Content]:
    yield Content.assemble(
        ("Registers", "bold $accent"),
        (f"  {cut(registers.source, max(0, width - 20))}", "$label"),
        (f"  {registers.certainty.value}", _CERTAINTIES[registers.certainty]),
    )
    is_arm = crash.report.machine.is_arm
    told = [(name, value) for name, value in registers.values.items() if value or not (is_arm and name in _FLOATS)]
    columns = 2 if width >= _TWO_COLUMNS else 1
    rows = -(-len(told) // columns)
    for row in range(rows):
        cells = [_register(crash, *told[at], width // columns) for at in range(row, len(told), rows)]
        yield Content.assemble(*cells)
    yield Content("")


def _register(crash: ExaminedCrash, name: str, value: int, width: int) -> Content:
    """Its value, and the name of what it points to."""
    digits = 2 * crash.report.machine.word
    meaning = crash.symbols.name_at(value) if value else None
    room = width - _NAME_WIDTH - digits - 6
    points = fit(meaning, room) if meaning is not None and room > 0 else " " * max(0, room)
    return Content.assemble(
        "  ",
        (fit(name, _NAME_WIDTH), "$label"),
        (f"{value:0{digits}x}", "$dim" if not value else ""),
        "  ",
        points,
        "  ",
    ).truncate(max(1, width), ellipsis=True, pad=True)


def _section(name: str, body: list[str], width: int, style: str) -> list[Content]:
    if not body:
        return []
    lines = [line for text in body for line in indented("  ", text, width, style)]
    return [heading(name), *lines, Content("")]


def _style(name: str, report: CrashReport) -> str:
    return "bold $state-crashed" if name == "Firmware" and report.firmware.match is Match.OTHER else ""


def _debugger(crash: ExaminedCrash, width: int) -> list[Content]:
    command = debugger_command(crash)
    lines = [heading("Debugger"), *indented("  ", command or _no_debugger(crash), width, "" if command else "$label")]
    live = live_debugger(crash.record)
    if live is not None:
        lines += indented("  ", f"`{live}` has gdb attach to a live one, on a board of its own", width, "$label")
    return [*lines, Content(""), *_folder(crash.record, width)]


def _no_debugger(crash: ExaminedCrash) -> str:
    if crash.evidence.dump.layout is Layout.NONE:
        return "no memory was kept, so there is nothing to open in a debugger"
    return "gdb takes no dump of the kernel's: it has no registers, and often not even the machine"


def _folder(record: CrashRecord, width: int) -> list[Content]:
    if record.folder is None:
        return []
    return [heading("Kept in"), *indented("  ", home_relative(record.folder), width, "")]
