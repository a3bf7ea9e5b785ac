"""The facts of a firmware file as one screen of plain text: the verdict first, then memory, table and problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rproc_tui.firmware.facts import OK, Elf, FirmwareFacts, Problem, Severity
from rproc_tui.firmware.memory_rows import memory_rows
from rproc_tui.firmware.sections import SHF_ALLOC
from rproc_tui.firmware.segment_checks import segments_at
from rproc_tui.firmware.table_text import table_rows
from rproc_tui.firmware.units import address_text, size_text

HEIGHT = 40
"""Lines that a report has at most, about: a screen."""
BUILD_ID_SHOWN = 12
"""Digits: enough to tell builds apart."""
NARROWEST = 80
WIDEST = 140
SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
INDENT = " " * 11
"""Where the text of a problem begins."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows under a title; what does not fit is counted."""

    title: str
    rows: Sequence[str]
    hidden: int = 0
    """Rows that were never made."""


def report(facts: FirmwareFacts, width: int = 100) -> list[str]:
    """The lines, none longer than `width` columns, about `HEIGHT` of them."""
    width = min(max(width, NARROWEST), WIDEST)
    head = [part for line in _head(facts) for part in wrap(line, width)]
    blocks = [block for block in _blocks(facts, width) if block.rows]
    room = HEIGHT - len(head) - 2 * len(blocks)
    shares = share(room, [len(block.rows) for block in blocks])
    lines = head
    for block, rows in zip(blocks, shares, strict=True):
        lines += ["", block.title, *block.rows[:rows]]
        more = len(block.rows) - rows + block.hidden
        if more:
            lines[-1] = f"{INDENT}… {more + 1} more lines; --json has everything"
    return [line if len(line) <= width else line[: width - 1] + "…" for line in lines]


def share(room: int, wants: Sequence[int]) -> list[int]:
    """Give `room` to what wants it: whoever wants little gets all of it, the others get equal parts, 3 at least."""
    got = [0] * len(wants)
    waiting = sorted(range(len(wants)), key=lambda index: wants[index])
    for position, index in enumerate(waiting):
        fair = max(3, room // (len(waiting) - position))
        got[index] = min(wants[index], fair)
        room -= got[index]
    return got


def _reservations(facts: FirmwareFacts) -> str:
    """`, with 1 error and 2 warnings`: an error may well concern a table that many drivers do without."""
    counts = [(severity, sum(p.severity is severity for p in facts.problems)) for severity in Severity]
    words = [f"{n} {s}{'s' * (n > 1)}" for s, n in counts if n and s is not Severity.NOTE]
    return f", with {' and '.join(words)}" if words else ""


def verdict_text(facts: FirmwareFacts) -> str:
    """Whether it boots, and if not why, in one clause."""
    if facts.boots:
        return "Linux takes it" + _reservations(facts)
    fatal = [problem for problem in facts.problems if problem.fatal]
    if len(fatal) == 1 and fatal[0].code == "compressed-name":
        return f"Linux takes what is in it, but not by this name: {facts.verdict.sanity}"
    for words in (facts.verdict.sanity, facts.verdict.load):
        if words != OK:
            return f"Linux refuses it: {words}"
    first = fatal[0]
    return f"Linux refuses it: {first.kernel}" if first.kernel else f"not fit to boot: {first.message}"


def _head(facts: FirmwareFacts) -> Iterator[str]:
    yield f"{facts.file.rpartition('/')[2]}: {verdict_text(facts)}"
    elf = facts.elf
    if elf is None:
        yield f"{facts.container}, {size_text(facts.size)}"
        return
    packed = "" if facts.container == "elf" else f"{facts.container} with "
    core = " ".join(part for part in ("" if elf.core and elf.machine == "ARM" else elf.machine, elf.core) if part)
    parts = [
        f"{packed}ELF{elf.bits} {elf.endian}-endian {elf.type}",
        core,
        size_text(facts.size),
        "DWARF" if elf.has_dwarf else "no DWARF",
        "symbols" if elf.has_symbols else "no symbols",
        f"build id {elf.build_id[:BUILD_ID_SHOWN]}…" if elf.build_id else "no build id",
    ]
    yield " · ".join(parts)
    yield f"entry {_entry_text(elf)} · resource table: {facts.verdict.resource_table}"


def _entry_text(elf: Elf) -> str:
    holders = segments_at(elf.entry & ~1, elf.segments)
    place = f" in segment {holders[0].index}" if holders else ""
    section = next(
        (
            s.name
            for s in elf.sections
            if s.flags & SHF_ALLOC and s.name and s.address <= elf.entry & ~1 < s.address + s.size
        ),
        None,
    )
    return address_text(elf.entry) + place + (f" ({section})" if section else "")


def _blocks(facts: FirmwareFacts, width: int) -> Iterator[_Block]:
    if facts.elf is not None:
        rows, hidden = memory_rows(facts.elf, facts.resource_table, width, HEIGHT)
        yield _Block("Memory    █ from the file  ░ zeroed  ▒ named by the table", rows, hidden)
    table = facts.resource_table
    if table is not None:
        count = f"{table.num} entr{'y' if table.num == 1 else 'ies'}"
        where = f"{table.size} bytes for {address_text(table.address or 0)}, version {table.ver}, {count}"
        rows = [f"  {row}" for row in table_rows(table, HEIGHT)] if table.entries else []
        yield _Block(f"Resource table    {where}", rows, max(0, len(table.entries) - HEIGHT))
    ordered = [problem for severity in SEVERITIES for problem in facts.problems if problem.severity is severity]
    yield _Block("Problems", [line for problem in ordered for line in _problem_lines(problem, width)])


def _problem_lines(problem: Problem, width: int) -> Iterator[str]:
    label = f"  {problem.severity.value}".ljust(len(INDENT))
    for line in wrap(problem.message, width - len(INDENT)):
        yield label + line
        label = INDENT
    if problem.kernel and problem.kernel not in problem.message:
        yield f"{INDENT}Linux: {problem.kernel}"


def wrap(text: str, width: int) -> Iterator[str]:
    """Break at spaces; a word that is longer than a line is cut where the line ends."""
    while len(text) > width:
        at = text.rfind(" ", 1, width + 1)
        at = at if at > 0 else width
        yield text[:at]
        text = text[at:].lstrip(" ")
    yield text
