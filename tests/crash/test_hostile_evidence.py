"""Whatever a dump, registers and logs hold: a report in bounded time, never an error."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.crash.decode import decode
from rproc_tui.crash.evidence import Evidence
from rproc_tui.crash.examine import examine
from rproc_tui.crash.report import CrashReport
from rproc_tui.crash.report_json import report_json
from rproc_tui.crash.report_markdown import report_markdown
from rproc_tui.crash.report_text import report_lines
from tests.crash.demo_crashes import FIRMWARE, died, firmware_of
from tests.crash.evidence import firmware_file

FILES = {processor: firmware_file(firmware_of(processor)) for processor in FIRMWARE}
NAMES = (
    "pc",
    "sp",
    "lr",
    "ra",
    "r7",
    "r11",
    "s0",
    "xpsr",
    "cpsr",
    "cfsr",
    "hfsr",
    "bfar",
    "mcause",
    "mtval",
    "mepc",
    "dfsr",
)
WORDS = st.one_of(
    st.integers(0, 0xFFFF_FFFF),
    st.sampled_from([0, 1, 0xFFFF_FFF9, 0x1300_07B8, 0x2300_0F88, 0x1500_0B48, 0x2500_0F80, 0x7FFF_FFFF, 0xFFFF_FFFF]),
)


def shown(report: CrashReport) -> None:
    """Every way of showing it works, and shows no control characters."""
    json.dumps(report_json(report))
    for line in (*report_lines(report), *report_markdown(report).split("\n")):
        assert line.isprintable(), line


@settings(max_examples=30)
@given(st.sampled_from(sorted(FIRMWARE)), st.dictionaries(st.sampled_from(NAMES), WORDS))
def test_any_registers_give_a_report(processor: str, values: dict[str, int]) -> None:
    dump = died("lab", "null").dump
    text = "".join(f"{name} {value:#x}\n" for name, value in values.items())
    shown(examine(Evidence(decode(dump, len(dump)), FILES[processor], registers=text)))


@settings(max_examples=20)
@given(st.sampled_from(sorted(FIRMWARE)), st.randoms(use_true_random=False), st.booleans())
def test_any_stack_gives_a_report(processor: str, chance: random.Random, with_firmware: bool) -> None:
    content = bytearray(died(processor, "null").dump)
    for _ in range(200):
        content[chance.randrange(52, len(content))] = chance.randrange(256)
    length = chance.choice([len(content), chance.randrange(len(content))])
    dump = decode(bytes(content[:length]), length)
    trace = ["HARD FAULT: pc 130007b8 lr 130006c3"]
    shown(examine(Evidence(dump, FILES[processor] if with_firmware else None, trace=trace, core="cortex-m4")))


@settings(max_examples=30)
@given(st.lists(st.text(max_size=80), max_size=8), st.text(max_size=20))
def test_any_log_gives_a_report(lines: list[str], name: str) -> None:
    lines = [*lines, "\x1b[31mcrash detected in x: type watchdog", *(f"FAULT {line} pc=0x1" for line in lines)]
    evidence = Evidence(firmware=FILES["lab"], trace=lines, kernel_lines=lines, processor=name)
    shown(examine(evidence))


@pytest.mark.parametrize("fill", [b"\x00", b"\xff", b"\xf9\xff\xff\xff", b"\x01\x00\x00\x13", b"\xa5"])
def test_memory_of_one_pattern_gives_a_report(fill: bytes) -> None:
    head = died("lab", "null").dump[:116]
    content = head + fill * (98_304 // len(fill))
    trace = ["HARD FAULT: cfsr 00008200"]
    shown(examine(Evidence(decode(content, len(content)), FILES["lab"], trace=trace)))
