"""The last words of firmware: Zephyr's, the demo's, those of common libraries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.crash.fatal_text import Assertion, alarming_lines, failed_assertion, last_words
from rproc_tui.crash.values import Certainty

ZEPHYR_ARM = """[00:00:00.010,000] <err> os: ***** BUS FAULT *****
[00:00:00.010,000] <err> os:   Precise data bus error
[00:00:00.010,000] <err> os:   BFAR Address: 0x50000000
[00:00:00.010,000] <err> os: r0/a1:  0x00000010  r1/a2:  0x00000001  r2/a3:  0x00000002
[00:00:00.010,000] <err> os: r3/a4:  0x00000003 r12/ip:  0x0000000c r14/lr:  0x08000f55
[00:00:00.010,000] <err> os:  xpsr:  0x61000000
[00:00:00.010,000] <err> os: Faulting instruction address (r15/pc): 0x080003e6
[00:00:00.010,000] <err> os: >>> ZEPHYR FATAL ERROR 25: Unknown error on CPU 0
[00:00:00.010,000] <err> os: Current thread: 0x20000168 (main)
""".splitlines()
ZEPHYR_RISCV = """<err> os:  mcause: 7, Store/AMO access fault
<err> os:   mtval: 10
<err> os:      a0: 00000010    t0: 00000001
<err> os:      ra: 80000f2a    sp: 80004000
<err> os:    mepc: 80000ac4
<err> os: mstatus: 00001880
""".splitlines()


def test_zephyrs_report_on_arm_has_the_stacked_registers() -> None:
    registers = last_words(ZEPHYR_ARM)
    assert registers is not None
    assert registers.values == {
        "bfar": 0x5000_0000,
        "r0": 0x10,
        "r1": 1,
        "r2": 2,
        "r3": 3,
        "r12": 12,
        "lr": 0x0800_0F55,
        "xpsr": 0x6100_0000,
        "pc": 0x0800_03E6,
    }
    assert registers.certainty is Certainty.LIKELY


def test_zephyrs_report_on_risc_v_has_cause_address_and_place() -> None:
    registers = last_words(ZEPHYR_RISCV)
    assert registers is not None
    assert registers.values == {
        "mcause": 7,
        "mtval": 0x10,
        "a0": 0x10,
        "t0": 1,
        "ra": 0x8000_0F2A,
        "sp": 0x8000_4000,
        "mepc": 0x8000_0AC4,
        "mstatus": 0x1880,
        "pc": 0x8000_0AC4,
    }


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (
            "HARD FAULT: pc 10001010 lr 10000f1f cfsr 00008200 hfsr 40000000",
            {"pc": 0x1000_1010, "lr": 0x1000_0F1F, "cfsr": 0x8200, "hfsr": 0x4000_0000},
        ),
        ("TRAP: cause 7 pc 15000b48 value 00000004", {"mcause": 7, "pc": 0x1500_0B48, "mtval": 4}),
        ("TRAP: cause 12 pc 15000b48 value 00000004", {"mcause": 12, "pc": 0x1500_0B48, "mtval": 4}),
        ("DATA ABORT: pc 14 status 808 address 60000010", {"pc": 0x14, "dfsr": 0x808, "dfar": 0x6000_0010}),
        ("PREFETCH ABORT: pc 70000000 status 008 address 70000000", {"pc": 1879048192, "ifsr": 8, "ifar": 1879048192}),
    ],
)
def test_one_line_of_a_fault_handler_is_enough(line: str, values: dict[str, int]) -> None:
    registers = last_words(["all well", line])
    assert registers is not None
    assert registers.values == values


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["[00:00:01.000,000] <inf> motor: pc 12 sp 10"],
        ["[00:00:01.000,000] <wrn> lab: on purpose: bus fault at pc 0x1000"],
        ["HARD FAULT: and nothing more"],
    ],
)
def test_words_that_are_no_report_of_a_fault_have_no_registers(lines: list[str]) -> None:
    assert last_words(lines) is None


def test_a_fault_long_before_the_end_is_none_of_this_crash() -> None:
    assert last_words(["HARD FAULT: pc 10001010", *["all well"] * 100]) is None


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ASSERTION FAILED: a != NULL at crash.c:38", Assertion("a != NULL", "crash.c", 38)),
        (
            "ASSERTION FAIL [len < sizeof(buf)] @ WEST_TOPDIR/app/src/main.c:42",
            Assertion("len < sizeof(buf)", "WEST_TOPDIR/app/src/main.c", 42),
        ),
        ('assertion "p" failed: file "src/a.c", line 7, function: run', Assertion("p", "src/a.c", 7)),
        ("Assert failed in file port.c:123", Assertion(None, "port.c", 123)),
        ("assertion holds in every way", None),
    ],
)
def test_assertions_are_read_in_the_words_of_common_libraries(line: str, found: Assertion | None) -> None:
    assert failed_assertion(["before", line, "after"]) == found


def test_what_is_quoted_is_safe_to_show() -> None:
    hostile = "ASSERTION FAILED: \x1b[2J at \x1b]0;x\x07:1"
    found = failed_assertion([hostile])
    assert found is not None
    assert (found.expression or "").isprintable()
    assert found.file.isprintable()
    assert all(line.isprintable() for line in alarming_lines([hostile]))


@given(st.lists(st.text(max_size=200), max_size=20))
def test_no_text_at_all_makes_it_fail(lines: list[str]) -> None:
    last_words(["FAULT", *lines])
    failed_assertion(lines)
