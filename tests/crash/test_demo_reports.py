"""Every way in which the demo board's processors die, explained: with registers, and from the kernel's dump alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.crash.decode import decode
from rproc_tui.crash.examine import examine
from rproc_tui.crash.firmware_match import Match
from rproc_tui.crash.report import CrashReport
from tests.crash.demo_crashes import collected, died
from tests.crash.evidence import everything, only_memory

CRASH = "runtime/crash.c"
CALLERS = {
    "lab": ("crash_by_number", "obey", "main", "Reset_Handler"),
    "m4": ("crash_by_number", "read_mail", "main", "Reset_Handler"),
    "r5f": ("crash_by_number", "read_mail", "main", "start"),
    "rv32": ("crash_by_number", "read_mail", "main", "start"),
}
"""Who calls the function that dies."""

PLACES = {
    "null": ("store_offset", CRASH, 21),
    "undefined": ("undefined_instruction", "runtime/core.h", None),
    "assert": ("assertion", CRASH, 38),
    "read": ("unmapped_read", CRASH, 44),
    "write": ("unmapped_write", CRASH, None),
    "branch": ("wild_branch", CRASH, 58),
    "divide": ("divide_by_zero", CRASH, 69),
    "stack": ("recurse", CRASH, None),
    "interrupt": ("store_offset", CRASH, 21),
    "hang": ("hang", CRASH, None),
    "nested": ("store_offset", CRASH, 21),
    "thread": ("store_offset", CRASH, 21),
}
"""Function, file and line where it happened."""

TITLES = {
    "null": "write through a null pointer",
    "undefined": "an undefined instruction",
    "assert": "failed assertion",
    "read": "read of 0x60000010, in no memory",
    "write": "write to 0x60000020, in no memory",
    "branch": "branch to 0x70000000, in no memory",
    "divide": "a division by zero",
    "stack": "stack overflow",
    "interrupt": "write through a null pointer",
    "hang": "watchdog",
    "nested": "write through a null pointer",
    "thread": "write through a null pointer",
}

OF_CORTEX_M_ALONE = {"divide", "nested", "thread"}
"""Elsewhere a division by zero is no error, and what the other two are made of is a Cortex-M's."""

LIVE = [(processor, way) for processor in ("lab", "m4") for way in PLACES]
LIVE += [(processor, way) for processor in ("r5f", "rv32") for way in PLACES if way not in OF_CORTEX_M_ALONE]
"""Every way in which each processor can die."""

WITH_CALLERS = [row for row in LIVE if row[1] not in {"stack", "thread"}]
"""Without those whose first function is out of sight: an overflow's chain is too long, a thread has its own."""

FROM_MEMORY = [("lab", way) for way in PLACES if way not in {"stack", "hang"}]
FROM_MEMORY += [
    ("r5f", "null"),
    ("r5f", "undefined"),
    ("r5f", "assert"),
    ("rv32", "null"),
    ("rv32", "branch"),
    ("rv32", "assert"),
    ("m4", "null"),
]
"""Where the stack has overflowed no handler could run, and a hang leaves nothing: there a dump alone does not tell."""


def place_of(report: CrashReport, way: str) -> tuple[str | None, str | None, int | None]:
    place = report.place
    assert place is not None
    return place.function, place.file, place.line if PLACES[way][2] is not None else None


def functions(report: CrashReport) -> list[str | None]:
    return [place.function for one in report.frames for place in one.frame.places]


@pytest.mark.parametrize(("processor", "way"), LIVE)
def test_with_registers_place_and_fault_are_right(processor: str, way: str) -> None:
    report = examine(everything(died(processor, way)))
    assert place_of(report, way) == PLACES[way]
    riscvs_own = (processor, way) == ("rv32", "undefined")
    assert report.fault.title.startswith("illegal instruction" if riscvs_own else TITLES[way])
    assert report.warnings == ()
    assert report.firmware.match is Match.SAME


@pytest.mark.parametrize(("processor", "way"), FROM_MEMORY)
def test_the_kernels_dump_alone_gives_the_same_place(processor: str, way: str) -> None:
    remains = died(processor, way)
    alone, known = examine(only_memory(remains)), examine(everything(remains))
    assert place_of(alone, way) == PLACES[way]
    assert alone.fault.title == known.fault.title


@pytest.mark.parametrize(("processor", "way"), [row for row in FROM_MEMORY if row[1] not in {"interrupt", "thread"}])
def test_the_kernels_dump_alone_gives_the_whole_chain(processor: str, way: str) -> None:
    report = examine(only_memory(died(processor, way)))
    assert tuple(functions(report)[-4:]) == CALLERS[processor]
    assert not any(one.frame.how.is_guess for one in report.frames)


@pytest.mark.parametrize(("processor", "way"), WITH_CALLERS)
def test_with_registers_the_whole_chain_is_right(processor: str, way: str) -> None:
    report = examine(everything(died(processor, way)))
    assert tuple(functions(report)[-4:]) == CALLERS[processor]
    assert not any(one.frame.how.is_guess for one in report.frames)


def test_a_fault_inside_of_an_interrupt_is_followed_through_its_frame() -> None:
    report = examine(only_memory(died("lab", "interrupt")))
    assert functions(report) == [
        "store_offset",
        "calibrate",
        "Spare_Handler",
        "fault_in_interrupt",
        *CALLERS["lab"],
    ]


def test_a_fault_in_a_nested_interrupt_is_followed_through_both_frames() -> None:
    report = examine(only_memory(died("lab", "nested")))
    assert functions(report)[2:6] == [
        "Spare_Handler",
        "fault_in_interrupt",
        "PendSV_Handler",
        "fault_in_nested_interrupt",
    ]
    assert functions(report)[-4:] == list(CALLERS["lab"])


def test_a_thread_is_followed_to_its_first_function_on_its_own_stack() -> None:
    for report in (examine(everything(died("lab", "thread"))), examine(only_memory(died("lab", "thread")))):
        assert functions(report) == ["store_offset", "calibrate", "thread"]


def test_parameters_of_the_frame_at_fault_are_shown() -> None:
    report = examine(everything(died("lab", "null")))
    variables = {one.name: one.value for one in report.frames[0].variables if one.is_parameter}
    assert variables["offset"].startswith("37")
    assert "sensor" in variables


def test_the_kernels_word_and_the_drivers_are_kept() -> None:
    report = examine(everything(died("lab", "null")))
    assert report.crash_type == "mmufault"
    assert "write to unmapped memory at 0x00000000" in (report.reason or "")


def test_an_assertion_is_quoted() -> None:
    report = examine(only_memory(died("lab", "assert")))
    assert report.fault.summary == "assertion failed: broken_sensor.calibration != NULL at crash.c:38"


def test_a_dump_that_the_framework_hands_out_is_the_memory_of_the_crash() -> None:
    remains = collected("lab", "null")
    dump = decode(remains.dump, len(remains.dump))
    assert dump.problems == ()
    assert [(region.da, content) for region, content in remains.memory] == [
        (one.address, dump.read(one.address, one.size)) for one in dump.segments
    ]
    assert place_of(examine(only_memory(remains)), "null") == PLACES["null"]


@pytest.mark.parametrize("processor", ["lab", "r5f", "rv32"])
def test_a_stack_overflow_is_recognised_without_registers(processor: str) -> None:
    report = examine(replace(everything(died(processor, "stack")), registers=""))
    assert report.fault.title == "stack overflow, as it seems"
    assert place_of(report, "stack") == PLACES["stack"]
