"""Firmware files as rows to choose from: name, whether it fits, size, when it was built, and which build it is."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from rproc_tui.controller.firmware_choices import FirmwareChoice
from rproc_tui.firmware.units import size_text
from rproc_tui.sanitise import sanitise
from rproc_tui.tui.panels.columns import fit
from rproc_tui.tui.screens.picker import Choice

_COLUMN = 24
"""Columns of a file's name, and of what speaks against it, at most."""


def firmware_rows(choices: Sequence[FirmwareChoice]) -> list[Choice]:
    """A row for each, with fewer columns where there is less room: no cell is cut within a date or a checksum."""
    name = min(max(cell_len(sanitise(choice.name)) for choice in choices), _COLUMN)
    verdict = min(max(cell_len(choice.verdict) + 2 for choice in choices), _COLUMN)
    return [_row(choice, name, verdict) for choice in choices]


def _row(choice: FirmwareChoice, name_width: int, verdict_width: int) -> Choice:
    text, style = _verdict(choice)
    mark = "● " if choice.current else "◦ " if choice.recent else "  "
    head = Content.assemble(
        (mark, "$accent"),
        (fit(sanitise(choice.name), name_width), "bold"),
        (f"  {fit(text, verdict_width)}", style),
    )
    facts, built = choice.facts, choice.modified
    size = f" {'' if facts is None else size_text(facts.size):>9}"
    time_ = time.strftime("%d %b %H:%M", time.localtime(built)) if built else ""
    day = time.strftime("%d %b", time.localtime(built)) if built else ""
    tails = (
        f"{size}  {time_:>12}  {choice.identity:<8}",
        f"{size}  {day:>6}  {choice.identity:<8}",
        f"{size}  {day:>6}",
        size,
        "",
    )
    widest, *narrower = (Content.assemble(head, (tail, "$label")) for tail in tails)
    words = f"{choice.name} {choice.verdict} {choice.identity}{' recent' if choice.recent else ''}"
    return Choice(choice.name, widest, words, choice.reason, tuple(narrower))


def _verdict(choice: FirmwareChoice) -> tuple[str, str]:
    if not choice.fits:
        return f"✖ {choice.verdict}", "$state-crashed"
    return f"✔ {choice.verdict}", "$state-running" if choice.verdict == "fits" else "$warning"
