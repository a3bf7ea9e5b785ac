"""A report in its three shapes, whatever it holds."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.crash.dump import Layout
from rproc_tui.crash.evidence import Evidence
from rproc_tui.crash.examine import examine
from rproc_tui.crash.fatal_text import Assertion
from rproc_tui.crash.fault import Fault
from rproc_tui.crash.firmware_match import ABSENT
from rproc_tui.crash.frame_at_fault import frame_at_fault
from rproc_tui.crash.report import CrashReport, DumpFacts, ReportedFrame
from rproc_tui.crash.report_json import report_json
from rproc_tui.crash.report_markdown import escaped, report_markdown
from rproc_tui.crash.report_text import FRAMES_TOLD, FRAMES_TOLD_OUTER, place_text, report_lines
from rproc_tui.crash.values import Certainty, Frame, How, Machine, Place, Registers

NOTHING = examine(Evidence())
KNOWN = Registers({"pc": 0x1000}, "the processor's register file", Certainty.KNOWN)


def frame(function: str | None, how: How = How.FRAME_INFORMATION, line: int | None = None) -> Frame:
    return Frame((Place(0x1000, function, 4, "src/a.c" if line else None, line),), KNOWN, None, how)


def report(*frames: Frame, at_fault: int | None = 0) -> CrashReport:
    return replace(NOTHING, frames=tuple(ReportedFrame(one) for one in frames), at_fault=at_fault, registers=(KNOWN,))


def test_no_evidence_at_all_gives_a_report_that_says_so() -> None:
    assert NOTHING.dump.layout is Layout.NONE
    assert NOTHING.fault.kind == "unknown"
    assert NOTHING.warnings == (
        "no firmware file: addresses have no names",
        "nothing says which kind of core it is: registers and stack cannot be read",
    )
    assert report_lines(NOTHING)[0] == "the processor: unknown"


def test_a_json_report_is_json_with_the_same_keys_always() -> None:
    empty, full = report_json(NOTHING), report_json(report(frame("run", line=3)))
    assert set(empty) == set(full)
    assert json.loads(json.dumps(full)) == full


def test_a_chain_of_thousands_is_told_from_both_ends() -> None:
    lines = report_lines(report(*[frame("recurse")] * 3000, frame("main")))
    chain = [line for line in lines if "#" in line or "…" in line]
    assert len(chain) == FRAMES_TOLD + FRAMES_TOLD_OUTER + 1
    assert chain[FRAMES_TOLD] == f"  … {3001 - FRAMES_TOLD - FRAMES_TOLD_OUTER} more frames …"
    assert "#3000 " in chain[-1]
    assert "main" in chain[-1]


def test_a_guess_is_called_one() -> None:
    lines = report_lines(report(frame("run"), frame("maybe", How.STACK_SCAN)))
    assert any(line.endswith("maybe+4  [stack scan (guess)]") for line in lines)


def test_the_frame_at_fault_is_marked_where_it_is_not_the_innermost() -> None:
    lines = report_lines(report(frame("HardFault_Handler"), frame("run", How.EXCEPTION_FRAME), at_fault=1))
    assert any(line.startswith("  >#1 ") for line in lines)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(0x7000_0000), "0x70000000"),
        (Place(0x1000, "run", 0), "run"),
        (Place(0x1000, "run", 8), "run+8"),
        (Place(0x1000, "run", 8, "a.c"), "run (a.c)"),
        (Place(0x1000, "run", 8, "a.c", 3), "run (a.c:3)"),
    ],
)
def test_a_place_is_told_as_well_as_it_is_known(place: Place, text: str) -> None:
    assert place_text(place) == text


def test_a_place_without_a_name_is_told_by_its_caller() -> None:
    wild = report(Frame((Place(0x7000_0000),), KNOWN, None, How.REGISTERS), frame("run", How.LINK_REGISTER))
    assert wild.place == frame("run").place


FAULT_INSIDE = [
    ([], None, None),
    ([frame("run"), frame("main")], None, 0),
    ([frame("HardFault_Handler"), frame("run", How.EXCEPTION_FRAME), frame("main")], None, 1),
    ([frame("report"), frame("z_arm_fault"), frame("run", How.EXCEPTION_FRAME)], None, 2),
    ([frame("calibrate"), frame("Spare_Handler"), frame("run", How.EXCEPTION_FRAME)], None, 0),
    ([frame("abort"), frame("assert_failed"), frame("run", line=3)], Assertion("x", "a.c", 3), 2),
    ([frame("abort"), frame("assert_failed"), frame("run")], Assertion("x", "b.c", 9), 2),
    ([frame("abort")] * 9, Assertion("x", "b.c", 9), 0),
]


@pytest.mark.parametrize(("frames", "assertion", "index"), FAULT_INSIDE)
def test_the_frame_at_fault_is_where_it_happened_not_where_it_was_noticed(
    frames: list[Frame], assertion: Assertion | None, index: int | None
) -> None:
    assert frame_at_fault(frames, assertion) == index


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("run_fast", r"run\_fast"),
        ("<b>", r"\<b\>"),
        ("# title", r"\# title"),
        ("[x](y)", r"\[x\](y)"),
        ("a`b", r"a\`b"),
    ],
)
def test_markdown_is_escaped_outside_of_blocks(text: str, shown: str) -> None:
    assert escaped(text) == shown


@given(st.lists(st.text(alphabet="`# \n<>x", max_size=12), max_size=6))
def test_no_trace_closes_its_own_block(trace: list[str]) -> None:
    lines = [line for text in trace for line in text.splitlines()]
    page = report_markdown(replace(NOTHING, trace=tuple(lines)))
    if lines:
        block = page[page.index("## Trace") :].split("\n")
        fence = block[2]
        assert [at for at, line in enumerate(block) if line == fence] == [2, len(lines) + 3]


def test_the_word_of_the_kernel_is_told() -> None:
    lines = report_lines(replace(NOTHING, crash_type="watchdog", fault=Fault("watchdog", "watchdog", "it expired")))
    assert "Kernel:" in lines
    assert "  watchdog" in lines


def test_unknown_machines_and_missing_parts_do_not_hide_the_dump() -> None:
    known = replace(
        NOTHING, machine=Machine.UNKNOWN, firmware=ABSENT, dump=DumpFacts(Layout.SEGMENTS, 100, 0, (), ("cut",))
    )
    assert "  program headers, 100 B, 0 B of memory" in report_lines(known)
    assert "! cut" in report_lines(known)
