"""The object that `coredump --json` prints and that a captured crash keeps. Unknown is null, keys never disappear."""

from __future__ import annotations

from typing import Any

from rproc_tui.crash.fault import Fault
from rproc_tui.crash.firmware_match import FirmwareMatch
from rproc_tui.crash.report import CrashReport, DumpFacts, ReportedFrame
from rproc_tui.crash.threads import Thread
from rproc_tui.crash.values import Instruction, Local, Place, Registers

SCHEMA = "rproc-tui/crash"
VERSION = 1


def report_json(report: CrashReport) -> dict[str, Any]:
    """A whole report."""
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "processor": report.processor,
        "machine": report.machine.value,
        "crash_type": report.crash_type,
        "reason": report.reason,
        "fault": _fault(report.fault),
        "place": None if report.place is None else _place(report.place),
        "at_fault": report.at_fault,
        "frames": [_frame(number, one) for number, one in enumerate(report.frames)],
        "registers": [_registers(one) for one in report.registers],
        "thread": None if report.thread is None else _thread(report.thread),
        "instructions": None if report.instructions is None else [_instruction(one) for one in report.instructions],
        "dump": _dump(report.dump),
        "firmware": _firmware(report.firmware),
        "warnings": list(report.warnings),
        "trace": list(report.trace),
        "kernel_lines": list(report.kernel_lines),
    }


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "kind": fault.kind,
        "title": fault.title,
        "summary": fault.summary,
        "access": None if fault.access is None else fault.access.value,
        "address": fault.address,
        "address_meaning": fault.address_meaning,
        "bits": [{"register": one.register, "name": one.name, "meaning": one.meaning} for one in fault.bits],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "address": place.address,
        "function": place.function,
        "offset": place.offset,
        "file": place.file,
        "line": place.line,
        "inlined": place.inlined,
    }


def _frame(number: int, reported: ReportedFrame) -> dict[str, Any]:
    frame = reported.frame
    return {
        "index": number,
        "how": frame.how.value,
        "guess": frame.how.is_guess,
        "certainty": frame.registers.certainty.value,
        "cfa": frame.cfa,
        "pc": frame.registers.pc,
        "sp": frame.registers.sp,
        "places": [_place(one) for one in frame.places],
        "variables": [_variable(one) for one in reported.variables],
    }


def _variable(variable: Local) -> dict[str, Any]:
    return {
        "name": variable.name,
        "type": variable.type,
        "value": variable.value,
        "location": variable.location,
        "parameter": variable.is_parameter,
    }


def _registers(registers: Registers) -> dict[str, Any]:
    return {
        "source": registers.source,
        "certainty": registers.certainty.value,
        "values": dict(registers.values),
    }


def _thread(thread: Thread) -> dict[str, Any]:
    return {
        "system": thread.system,
        "name": thread.name or None,
        "address": thread.address,
        "stack_start": thread.stack.start,
        "stack_end": thread.stack.stop,
    }


def _instruction(instruction: Instruction) -> dict[str, Any]:
    return {
        "address": instruction.address,
        "code": instruction.code.hex(),
        "text": instruction.text,
        "current": instruction.is_current,
    }


def _dump(dump: DumpFacts) -> dict[str, Any]:
    return {
        "layout": dump.layout.value,
        "size": dump.size,
        "memory_size": dump.memory_size,
        "segments": [
            {
                "address": one.address,
                "size": one.size,
                "offset": one.offset,
                "present": one.present,
                "known": one.known,
                "name": one.name or None,
            }
            for one in dump.segments
        ],
        "problems": list(dump.problems),
    }


def _firmware(firmware: FirmwareMatch) -> dict[str, Any]:
    return {
        "file": firmware.name,
        "sha256": firmware.sha256,
        "build_id": firmware.build_id,
        "match": firmware.match.value,
        "reason": firmware.reason,
        "has_symbols": firmware.has_symbols,
        "has_dwarf": firmware.has_dwarf,
    }
