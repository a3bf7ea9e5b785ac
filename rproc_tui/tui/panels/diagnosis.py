"""Explanations as lines: what is wrong first, each with its mark and what to try; what is harmless says so."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from rproc_tui.model.diagnosis import Diagnosis, Severity, diagnosis_sentences
from rproc_tui.tui.marks import Mark
from rproc_tui.tui.panels.columns import indented

MARKS = {
    Severity.ERROR: Mark("✖", "error", "bold $state-crashed"),
    Severity.WARNING: Mark("▲", "warning", "$state-unknown"),
    Severity.BENIGN: Mark("✔", "harmless", "$state-running"),
}


def diagnosis_lines(diagnoses: Sequence[Diagnosis], width: int) -> list[Content]:
    """All of them, wrapped."""
    return [line for diagnosis in diagnoses for line in _lines(diagnosis, width)]


def _lines(diagnosis: Diagnosis, width: int) -> list[Content]:
    mark = MARKS[diagnosis.severity]
    cause, *cures = diagnosis_sentences(diagnosis)
    head = f"{mark.glyph} {mark.word}: "
    first, *rest = indented(f"{mark.glyph} ", f"{mark.word}: {cause}", width, "")
    lines = [first.stylize(mark.style, 0, len(head)), *rest]
    for cure in cures:
        lines += indented("→ ", cure, width, "$accent")
    return lines
