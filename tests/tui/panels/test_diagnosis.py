from __future__ import annotations

from rproc_tui.model.diagnosis import Certainty, Diagnosis, Severity
from rproc_tui.tui.panels.diagnosis import diagnosis_lines
from tests.tui.scripted import plain

STUCK = Diagnosis("stuck", Severity.ERROR, Certainty.CERTAIN, "m4 is stuck", "unbind its driver")
SILENT = Diagnosis("silent", Severity.WARNING, Certainty.POSSIBLE, "m4 may hang", "see its registers")
SKIPPED = Diagnosis("unsupported-resource", Severity.BENIGN, Certainty.CERTAIN, "an entry is skipped")


def test_each_explanation_has_its_mark_its_word_and_what_to_try() -> None:
    assert plain(diagnosis_lines([STUCK, SILENT, SKIPPED], 80)) == [
        "✖ error: m4 is stuck",
        "→ unbind its driver",
        "▲ warning: possibly: m4 may hang",
        "→ see its registers",
        "✔ harmless: an entry is skipped",
    ]


def test_it_is_wrapped_to_the_width() -> None:
    assert max(map(len, plain(diagnosis_lines([STUCK, SILENT], 16)))) <= 16
