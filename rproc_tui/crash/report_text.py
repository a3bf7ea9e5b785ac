"""A crash report as lines of plain text: for a terminal, and as the body of a Markdown file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rproc_tui.crash.firmware_match import Match
from rproc_tui.crash.report import CrashReport, ReportedFrame
from rproc_tui.crash.values import How, Instruction, Place, Registers
from rproc_tui.firmware.units import size_text

FRAMES_TOLD = 32
"""Frames of a chain that are told; a stack overflow has thousands. As many again from its outer end."""
FRAMES_TOLD_OUTER = 8
SEGMENTS_TOLD = 32
COLUMNS = 4
"""Registers in a row."""
_FLOATS = frozenset((*(f"s{number}" for number in range(32)), "fpscr", "fpexc"))

_TOLD = frozenset({How.EXCEPTION_FRAME, How.LINK_REGISTER, How.STACK_SCAN})
"""Ways to find a frame that a reader should know of."""

Section = tuple[str, list[str]]
"""A heading and its lines."""


def report_lines(report: CrashReport) -> list[str]:
    """The whole report."""
    lines = [*headline(report)]
    for heading, body in sections(report):
        lines += ["", f"{heading}:", *(f"  {line}" for line in body)]
    return lines


def headline(report: CrashReport) -> Iterator[str]:
    """Who died of what, where; then what is to be doubted."""
    yield f"{report.processor or 'the processor'}: {report.fault.title}{_in(report.place)}"
    yield report.fault.summary
    for warning in report.warnings:
        yield f"! {warning}"


def sections(report: CrashReport) -> list[Section]:
    """Every part that has something to say."""
    parts: list[tuple[str, Callable[[CrashReport], list[str]]]] = [
        ("Call chain", _chain),
        ("Variables", _variables),
        ("Instructions", lambda one: [_instruction(each) for each in one.instructions or ()]),
        ("Fault status", lambda one: [f"{bit.register}.{bit.name}: {bit.meaning}" for bit in one.fault.bits]),
        ("Registers", _register_lines),
        ("Thread", _thread),
        ("Kernel", lambda one: [text for text in (one.crash_type, one.reason) if text]),
        ("Firmware", _firmware),
        ("Dump", _dump),
        ("Trace", lambda one: list(one.trace)),
        ("Kernel log", lambda one: list(one.kernel_lines)),
    ]
    made = [(heading, make(report)) for heading, make in parts]
    return [(heading, body) for heading, body in made if body]


def place_text(place: Place) -> str:
    """`store_offset (runtime/crash.c:21)`, `0x70000000` where nobody knows more."""
    if place.function is None and place.file is None:
        return f"{place.address:#010x}"
    name = place.function or f"{place.address:#010x}"
    if place.file is None:
        return f"{name}+{place.offset}" if place.offset else name
    return f"{name} ({place.file}:{place.line})" if place.line else f"{name} ({place.file})"


def _in(place: Place | None) -> str:
    return "" if place is None else f", in {place_text(place)}"


def _chain(report: CrashReport) -> list[str]:
    frames = report.frames
    if len(frames) <= FRAMES_TOLD + FRAMES_TOLD_OUTER:
        return _frame_lines(frames, 0, report.at_fault)
    inner = _frame_lines(frames[:FRAMES_TOLD], 0, report.at_fault)
    left_out = len(frames) - FRAMES_TOLD - FRAMES_TOLD_OUTER
    outer = _frame_lines(frames[-FRAMES_TOLD_OUTER:], len(frames) - FRAMES_TOLD_OUTER, report.at_fault)
    return [*inner, f"… {left_out} more frames …", *outer]


def _frame_lines(frames: Sequence[ReportedFrame], first: int, at_fault: int | None) -> list[str]:
    lines = []
    for number, one in enumerate(frames, start=first):
        mark = ">" if number == at_fault and number else " "
        for place in one.frame.places:
            inlined = ", inlined" if place.inlined else ""
            how = f"  [{one.frame.how.value}]" if one.frame.how in _TOLD else ""
            lines.append(f"{mark}#{number:<3} {place.address:#010x}  {place_text(place)}{inlined}{how}")
    return lines


def _variables(report: CrashReport) -> list[str]:
    lines = []
    for number, one in enumerate(report.frames):
        for variable in one.variables:
            kind = "parameter " if variable.is_parameter else ""
            lines.append(
                f"#{number:<3} {kind}{variable.type} {variable.name} = {variable.value}  ({variable.location})"
            )
    return lines


def _instruction(instruction: Instruction) -> str:
    mark = ">" if instruction.is_current else " "
    return f"{mark} {instruction.address:#010x}  {instruction.code.hex():<8}  {instruction.text}"


def _register_lines(report: CrashReport) -> list[str]:
    return [line for one in report.registers for line in _register_set(one)]


def _register_set(registers: Registers) -> Iterator[str]:
    """Where they come from, then rows of them; floating-point registers only where they hold something."""
    yield f"{registers.source} ({registers.certainty.value})"
    told = [
        f"{name:<9} {value:#010x}"
        for name, value in registers.values.items()
        if value or name not in _FLOATS or "ra" in registers.values
    ]
    for at in range(0, len(told), COLUMNS):
        yield "  " + "   ".join(told[at : at + COLUMNS])


def _thread(report: CrashReport) -> list[str]:
    thread = report.thread
    if thread is None:
        return []
    name = f" {thread.name}" if thread.name else ""
    return [f"{thread.system}{name}, control block at {thread.address:#010x}"]


def _firmware(report: CrashReport) -> list[str]:
    firmware = report.firmware
    if firmware.match is Match.ABSENT:
        return []
    lines = [f"{firmware.name}: {firmware.match.value}: {firmware.reason}"]
    if firmware.sha256:
        lines.append(f"sha256 {firmware.sha256}")
    return [*lines, f"build id {firmware.build_id}"] if firmware.build_id else lines


def _dump(report: CrashReport) -> list[str]:
    dump = report.dump
    if not dump.size:
        return []
    lines = [f"{dump.layout.value}, {size_text(dump.size)}, {size_text(dump.memory_size)} of memory"]
    for one in dump.segments[:SEGMENTS_TOLD]:
        known = "" if one.known == one.size else f", {size_text(one.known)} of it known"
        name = f"  {one.name}" if one.name else ""
        lines.append(f"{one.address:#010x}  {size_text(one.size)}{known}{name}")
    more = len(dump.segments) - SEGMENTS_TOLD
    return [*lines, f"… {more} more segments …"] if more > 0 else lines
