"""Two crashes side by side: what differs is marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from textual.content import Content

from rproc_tui.tui.examined_crash import ExaminedCrash
from rproc_tui.tui.panels.columns import fit
from rproc_tui.tui.panels.crash_list import when_text
from rproc_tui.tui.panels.crash_report import heading, place_name

CALLS_MOST = 64
TRACE_MOST = 12
_LABEL_WIDTH = 11
HOW = "`=` marks a crash; select another one and press `=` again: both are shown here, side by side"


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One fact of both."""

    label: str
    left: str
    right: str
    by_itself: bool = False
    """It differs between any two crashes: not worth a mark."""

    @property
    def differs(self) -> bool:
        """Whether somebody should look at it."""
        return not self.by_itself and self.left != self.right


Part = tuple[str, list[ComparedRow]]


def compared(left: ExaminedCrash, right: ExaminedCrash) -> list[Part]:
    """Every part with something in it."""
    parts = [
        ("Crash", _facts(left, right)),
        ("Calls", _zipped(_calls(left), _calls(right))),
        ("Variables", _by_name(_variables(left), _variables(right))),
        ("Registers", _by_name(_registers(left), _registers(right))),
        ("Last lines of the trace", _zipped(*(one.report.trace[-TRACE_MOST:] for one in (left, right)))),
    ]
    return [(name, rows) for name, rows in parts if rows]


def comparison_lines(left: ExaminedCrash, right: ExaminedCrash, width: int) -> list[Content]:
    """All parts in two columns."""
    lines: list[Content] = []
    for name, rows in compared(left, right):
        count = sum(row.differs for row in rows)
        told = f"  {count} differ{'s' if count == 1 else ''}" if count else "  the same"
        if lines:
            lines.append(Content(""))
        lines.append(Content.assemble(heading(name), (told, "$warning" if count else "$state-running")))
        lines += [_line(row, width) for row in rows]
    return lines


def _line(row: ComparedRow, width: int) -> Content:
    room = max(2, width - _LABEL_WIDTH - 4)
    style = "bold $warning" if row.differs else "$label" if row.by_itself else ""
    return Content.assemble(
        ("≠ " if row.differs else "  ", style),
        (fit(row.label, _LABEL_WIDTH), "$label"),
        (fit(row.left, room // 2), style),
        "  ",
        (fit(row.right, room - room // 2), style),
    )


def _facts(left: ExaminedCrash, right: ExaminedCrash) -> list[ComparedRow]:
    return [
        ComparedRow(label, one, other, by_itself=label == "when")
        for (label, one), (_, other) in zip(_told(left), _told(right), strict=True)
    ]


def _told(crash: ExaminedCrash) -> Iterator[tuple[str, str]]:
    record, report = crash.record, crash.report
    yield "when", when_text(record.when)
    yield "processor", f"{record.processor} on {record.host}"
    yield "firmware", record.firmware or "–"  # noqa: RUF001 (a dash)
    yield "build", (report.firmware.sha256 or "–")[:16]  # noqa: RUF001
    yield "type", record.type or "–"  # noqa: RUF001
    yield "title", report.fault.title
    yield "place", _where(crash)
    address = report.fault.address
    yield "address", "–" if address is None else f"{address:#010x} {report.fault.address_meaning or ''}".strip()  # noqa: RUF001


def _where(crash: ExaminedCrash) -> str:
    place = crash.report.place
    if place is None:
        return "–"  # noqa: RUF001
    return f"{place_name(place)} {place.file}:{place.line}" if place.file else place_name(place)


def _calls(crash: ExaminedCrash) -> list[str]:
    """The outermost first: two ways into the same function begin alike."""
    places = [place for one in crash.frames for place in one.frame.places][-CALLS_MOST:]
    return [f"{place_name(place)}{f':{place.line}' if place.line else ''}" for place in reversed(places)]


def _variables(crash: ExaminedCrash) -> dict[str, str]:
    """Those of the function in which it happened, with its name: others of the same name mean something else."""
    at_fault = crash.report.at_fault
    if at_fault is None:
        return {}
    frame = crash.frames[at_fault]
    name = place_name(frame.frame.place)
    return {f"{name}.{variable.name}": variable.value for variable in frame.variables}


def _registers(crash: ExaminedCrash) -> dict[str, str]:
    found = crash.registers()
    return {} if found is None else {name: f"{value:#010x}" for name, value in found.values.items()}


def _zipped(left: Sequence[str], right: Sequence[str]) -> list[ComparedRow]:
    return [ComparedRow("", one, other) for one, other in zip_longest(left, right, fillvalue="")]


def _by_name(left: dict[str, str], right: dict[str, str]) -> list[ComparedRow]:
    """What both have."""
    return [ComparedRow(name.rpartition(".")[2], left[name], right[name]) for name in left if name in right]
