"""What firmware says last: the registers that fault handlers print, and the assertions that end a program.

Known are Zephyr's (arch/arm/core/fatal.c, arch/riscv/core/fatal.c: `r0/a1:  0x…`, `mcause: 7, …`) and whatever
prints names of registers with their values on lines behind a word like FAULT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rproc_tui.crash.registers_text import ALIASES
from rproc_tui.crash.values import Certainty, Registers
from rproc_tui.sanitise import sanitise

LINES_MOST = 64
"""Lines of the end of a trace that are looked at."""
LINE_MOST = 400
"""Characters of one line."""

_ALARM = re.compile(
    r"(?i)\b(?:hard|bus|usage|memmanage|mpu|secure|load|store|stack)[ _-]*fault|\bfault\b|\babort\b|\bfatal\b|\btrap\b"
    r"|\bpanic\b|undefined instruction|\bmcause\b|\bexception\b|\bassert"
)
_HARMLESS = re.compile(r"<(?:inf|dbg|wrn)>")
"""Levels of Zephyr's log at which nothing dies."""
_NAMES = frozenset(
    {
        *(f"r{number}" for number in range(16)),
        *("sp", "lr", "pc", "psr", "xpsr", "cpsr", "spsr", "msp", "psp", "cfsr", "hfsr", "mmfar", "bfar", "exc_return"),
        *("dfsr", "dfar", "ifsr", "ifar", "ra", "gp", "tp", "mepc", "mcause", "mtval", "mstatus", "mtvec"),
        *(f"a{number}" for number in range(8)),
        *(f"t{number}" for number in range(7)),
        *(f"s{number}" for number in range(12)),
    }
)
_DECIMAL_MOST = 3
"""Digits up to which a number without 0x is decimal: the number of a cause."""
_WORDS_OF_A_LINE = (
    (re.compile(r"(?i)\btrap\b"), {"cause": "mcause", "value": "mtval"}),
    (re.compile(r"(?i)data abort"), {"status": "dfsr", "address": "dfar"}),
    (re.compile(r"(?i)prefetch abort"), {"status": "ifsr", "address": "ifar"}),
)
"""What plain words mean on a line that says what happened."""


_PLAIN_WORDS = frozenset(word for _, words in _WORDS_OF_A_LINE for word in words)
_PAIR = re.compile(
    rf"(?i)(?<![\w/])({'|'.join(sorted(_NAMES | _PLAIN_WORDS))})(?:/[a-z0-9]+)?\)?(?: address)?"
    r"\s*[:= ]\s*(0x)?([0-9a-f]{1,16})\b"
)


@dataclass(frozen=True, slots=True)
class Assertion:
    """An assertion that failed. Texts are sanitised."""

    expression: str | None
    file: str
    line: int


_ASSERTIONS = (
    re.compile(r"(?i)assertion failed: (?P<what>.{1,200}?) at (?P<file>[^\s:]{1,200}):(?P<line>\d{1,7})"),
    re.compile(r"ASSERTION FAIL \[(?P<what>.{1,200}?)\] @ (?P<file>[^\s:]{1,200}):(?P<line>\d{1,7})"),
    re.compile(r'assertion "(?P<what>.{1,200}?)" failed: file "(?P<file>[^"]{1,200})", line (?P<line>\d{1,7})'),
    re.compile(
        r"(?i)assert\w* failed.{0,20}? (?:at|in|file:?) (?P<file>[^\s:,]{1,200})[:,]? ?(?:line )?(?P<line>\d{1,7})"
    ),
)
"""The demo firmware's, Zephyr's, newlib's, and a loose one."""


def last_words(trace: Sequence[str]) -> Registers | None:
    """The registers that a fault handler printed at the end of the trace; None when there are none."""
    lines = list(_after_the_alarm(trace))
    values: dict[str, int] = {}
    for line in lines:
        values |= _pairs(line)
    if "mepc" in values:
        values.setdefault("pc", values["mepc"])
    return Registers(values, "the firmware's own words in its trace", Certainty.LIKELY) if values else None


def failed_assertion(trace: Sequence[str]) -> Assertion | None:
    """The last assertion that the trace tells of."""
    for line in reversed(trace[-LINES_MOST:]):
        for pattern in _ASSERTIONS:
            found = pattern.search(line[:LINE_MOST])
            if found is not None:
                expression = found.groupdict().get("what")
                known = None if expression is None else sanitise(expression)
                return Assertion(known, sanitise(found.group("file")), int(found.group("line")))
    return None


def alarming_lines(trace: Sequence[str]) -> tuple[str, ...]:
    """The lines in which firmware tells of its end, sanitised."""
    return tuple(sanitise(line, limit=LINE_MOST) for line in _after_the_alarm(trace))


def _after_the_alarm(trace: Sequence[str]) -> Iterator[str]:
    """From the first alarming line of the last group on: handlers print several lines in a row."""
    tail = [line[:LINE_MOST] for line in trace[-LINES_MOST:]]
    alarms = [number for number, line in enumerate(tail) if _ALARM.search(line) and not _HARMLESS.search(line)]
    if not alarms:
        return
    first = alarms[-1]
    for number in reversed(alarms):
        if first - number > 12:
            break
        first = number
    yield from tail[first:]


def _pairs(line: str) -> dict[str, int]:
    words = {
        name: meaning for pattern, names in _WORDS_OF_A_LINE if pattern.search(line) for name, meaning in names.items()
    }
    found: dict[str, int] = {}
    for name, prefix, digits in _PAIR.findall(line):
        known = words.get(name.lower(), name.lower())
        if known in _NAMES and known not in found:
            base = 10 if not prefix and len(digits) <= _DECIMAL_MOST and digits.isdigit() and known == "mcause" else 16
            found[ALIASES.get(known, known) if known.startswith("r") or known == "psr" else known] = int(digits, base)
    return found
