"""The source lines around a place in a program, and its instructions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from rproc_tui.controller.source_lines import SourceExcerpt
from rproc_tui.crash.values import Instruction, Place
from rproc_tui.tui.panels.columns import cut, cut_left, wrapped
from rproc_tui.tui.panels.crash_report import heading, place_name
from rproc_tui.tui.panels.trace import level_style

_HERE = "▶"
_CODE_WIDTH = 8
"""Cells of an instruction's bytes in hex."""


def source_title(place: Place | None, width: int) -> str:
    """`runtime/crash.c:21`, the end of it where there is no room for all."""
    if place is None or place.file is None:
        return "Source"
    return cut_left(f"{place.file}:{place.line}" if place.line else place.file, max(1, width))


def source_rows(
    place: Place | None, excerpt: SourceExcerpt | None, width: int, *, when: float, at_fault: bool
) -> list[Content]:
    """The lines of source, the one of the place marked; where they cannot be had, why. `when` it crashed, wall time."""
    if place is None:
        return _sentence("no call is known, so there is no place to show", width)
    if excerpt is None:
        return _sentence(_why_none(place), width)
    return [*_excerpt_lines(excerpt, width, at_fault=at_fault), *_age(excerpt, when, width)]


def last_words(trace: Sequence[str], width: int) -> list[Content]:
    """The last lines of a trace, for where there is no place: they may tell what the program did."""
    if not trace:
        return []
    lines = [Content.assemble("  ", (cut(line, max(1, width - 2)), level_style(line))) for line in trace]
    return [Content(""), heading("The last that it said"), *lines]


def instruction_rows(instructions: Sequence[Instruction] | None, width: int) -> list[Content]:
    """The instructions around a program counter, which is marked; nothing where there are none."""
    if instructions is None:
        advice = "no disassembler is installed: pip install 'rproc-tui[emulator]' brings one"
        return [Content(""), heading("Instructions"), *_sentence(advice, width)]
    if not instructions:
        return []
    return [Content(""), heading("Instructions"), *(_instruction_line(one, width) for one in instructions)]


def _excerpt_lines(excerpt: SourceExcerpt, width: int, *, at_fault: bool) -> Iterator[Content]:
    digits = len(str(excerpt.first + len(excerpt.lines)))
    here = "bold $state-crashed" if at_fault else "bold $accent"
    for number, text in enumerate(excerpt.lines, start=excerpt.first):
        current = number == excerpt.current
        yield Content.assemble(
            (f"{_HERE if current else ' '} {number:>{digits}} ", here if current else "$dim"),
            ("│ ", "$frame"),
            (text, here if current else ""),
        ).truncate(max(1, width), ellipsis=True)


def _age(excerpt: SourceExcerpt, when: float, width: int) -> list[Content]:
    if excerpt.modified <= when:
        return []
    return _sentence("▲ the file was changed after the crash: lines may have moved", width, "$warning")


def _why_none(place: Place) -> str:
    if place.file is None:
        return f"the firmware does not tell which line {place_name(place)} is from"
    if not place.line:
        return f"{place.file}: the line is not known"
    return (
        f"{place.file} is not on this machine: --source-map OLD=NEW says where its folder is,"
        ' or map = ["OLD=NEW"] in [source] of config.toml'
    )


def _instruction_line(instruction: Instruction, width: int) -> Content:
    style = "bold $accent" if instruction.is_current else ""
    return Content.assemble(
        (f"{_HERE if instruction.is_current else ' '} ", style),
        (f"{instruction.address:08x}  ", "$dim"),
        (f"{instruction.code.hex():<{_CODE_WIDTH}}  ", "$label"),
        (cut(instruction.text, max(1, width - _CODE_WIDTH - 14)), style),
    )


def _sentence(text: str, width: int, style: str = "$label") -> list[Content]:
    return [Content.assemble((line, style)) for line in wrapped(text, width)]
