"""The report of one crash: what, where, why; the chain of calls, and the variables of the call that is selected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content

from rproc_tui.crash.dump import Layout
from rproc_tui.crash.report import CrashReport, ReportedFrame
from rproc_tui.crash.values import Frame, How, Local, Place
from rproc_tui.model.crash import CrashRecord
from rproc_tui.tui.examined_crash import ExaminedCrash
from rproc_tui.tui.panels.columns import cut, cut_left, indented, wrapped
from rproc_tui.tui.panels.crash_list import when_text

FRAMES_INNER = 200
"""Calls that are listed; a stack overflow has thousands. A few from the outer end follow."""
FRAMES_OUTER = 20
NO_MEMORY = "its memory was not kept: `c` makes the kernel keep it the next time, or `R` lets it stay crashed"
_FUNCTION_MOST = 40
_TOLD = frozenset({How.EXCEPTION_FRAME, How.LINK_REGISTER, How.STACK_SCAN})


@dataclass(frozen=True, slots=True)
class ReportRows:
    """Lines, and which of them are calls."""

    lines: tuple[Content, ...]
    frame_rows: tuple[tuple[int, int], ...] = ()
    """Row and number of each frame that is listed, top to bottom."""


def heading(text: str) -> Content:
    """The name of a part."""
    return Content.assemble((text, "bold $accent"))


def report_rows(crash: ExaminedCrash, selected: int | None, width: int) -> ReportRows:
    """Everything that one reads first; `selected` is the frame whose variables are shown."""
    lines = [*_headline(crash.report, width), *_circumstances(crash.record, width), *_doubts(crash, width)]
    rows: list[tuple[int, int]] = []
    if crash.frames:
        lines += [Content(""), heading("Calls")]
        for number in _listed(len(crash.frames)):
            if number is None:
                left_out = len(crash.frames) - FRAMES_INNER - FRAMES_OUTER
                lines.append(Content.assemble((f"      … {left_out} more …", "$label")))
            else:
                rows.append((len(lines), number))
                lines += _frame_lines(crash.report, number, width)
    if selected is not None:
        lines += _variable_lines(crash.frames[selected], selected, width)
    return ReportRows(tuple(lines), tuple(rows))


def place_name(place: Place) -> str:
    """The function, or the address where it has no name."""
    return place.function or f"{place.address:#010x}"


def _headline(report: CrashReport, width: int) -> Iterator[Content]:
    yield from indented("✖ ", report.fault.title, width, "bold $state-crashed")
    place = report.place
    if place is not None:
        where = f"{place.file}:{place.line}" if place.file and place.line else place.file or f"{place.address:#010x}"
        name = cut(place_name(place), max(1, width - 8))
        tail = f"  {cut_left(where, width - len(name) - 7)}" if width - len(name) - 7 > 0 else ""
        yield Content.assemble(("  in ", "$label"), (name, "bold"), (tail, "$accent"))
    for line in wrapped(report.fault.summary, max(1, width - 2)):
        yield Content(f"  {line}")


def _circumstances(record: CrashRecord, width: int) -> Iterator[Content]:
    number = f" #{record.number}" if record.number is not None else ""
    parts = [
        when_text(record.when),
        f"{record.processor}{f' ({record.processor_id})' if record.processor_id else ''} on {record.host}",
        f"kernel: {record.type}{number}" if record.type else "",
        record.firmware or "",
    ]
    yield from indented("  ", " · ".join(part for part in parts if part), width, "$label")
    if record.loop is not None:
        yield from indented("↻ ", f"one of a loop: {record.loop}", width, "$warning")
    if record.missed:
        plural = "es" if record.missed > 1 else ""
        words = f"{record.missed} crash{plural} before this one came too fast to be kept"
        yield from indented("↻ ", words, width, "$warning")


def _doubts(crash: ExaminedCrash, width: int) -> Iterator[Content]:
    """What is wrong with the evidence; another build than the one that ran is the worst."""
    for warning in crash.report.warnings:
        yield from indented("▲ ", warning, width, "bold $state-crashed" if "OTHER BUILD" in warning else "$warning")
    for problem in crash.record.problems:
        yield from indented("▲ ", problem, width, "$warning")
    if crash.report.dump.layout is Layout.NONE:
        yield from indented("→ ", NO_MEMORY, width, "$label")


def _listed(count: int) -> Iterator[int | None]:
    """The numbers of the frames that are listed, None for a gap."""
    if count <= FRAMES_INNER + FRAMES_OUTER:
        yield from range(count)
        return
    yield from range(FRAMES_INNER)
    yield None
    yield from range(count - FRAMES_OUTER, count)


def _frame_lines(report: CrashReport, number: int, width: int) -> list[Content]:
    frame = report.frames[number].frame
    is_at_fault = number == report.at_fault
    return [
        _place_line(place, frame, number if not index else None, width, at_fault=is_at_fault)
        for index, place in enumerate(frame.places)
    ]


def _place_line(place: Place, frame: Frame, number: int | None, width: int, *, at_fault: bool) -> Content:
    sign = ("✖", "bold $state-crashed") if at_fault and number is not None else (" ", "")
    label = f"#{number}" if number is not None else ""
    name = cut(place_name(place), _FUNCTION_MOST)
    offset = f"+{place.offset}" if place.offset and place.function and place.file is None else ""
    where = f"{place.file}:{place.line}" if place.file and place.line else place.file or ""
    notes = " inlined" if place.inlined else ""
    notes += f" [{frame.how.value}]" if number is not None and frame.how in _TOLD else ""
    room = width - len(name) - len(offset) - len(notes) - 8
    return Content.assemble(
        sign,
        (f" {label:<4} ", "$label"),
        (name, "bold" if at_fault else ""),
        (offset, "$label"),
        (f"  {cut_left(where, room)}" if where and room > 4 else "", "$accent"),
        (notes, "$warning" if frame.how.is_guess else "$label"),
    ).truncate(width, ellipsis=True)


def _variable_lines(reported: ReportedFrame, number: int, width: int) -> Iterator[Content]:
    if not reported.variables:
        return
    yield Content("")
    yield heading(cut(f"Variables of #{number} {place_name(reported.frame.place)}", width))
    for variable in reported.variables:
        yield _variable_line(variable, width)


def _variable_line(variable: Local, width: int) -> Content:
    unknown = variable.value.startswith("<")
    return Content.assemble(
        ("  ", ""),
        (f"{variable.type} ", "$label"),
        (variable.name, "bold"),
        " = ",
        (variable.value, "$dim" if unknown else ""),
        (f"  {variable.location}{', parameter' if variable.is_parameter else ''}", "$dim"),
    ).truncate(max(1, width), ellipsis=True)
