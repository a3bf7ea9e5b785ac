"""Diagnoses as the sentences that are shown under a failure: cause, then what to try."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rproc_tui.model.diagnosis import Certainty, Diagnosis

TOLD_MOST = 3
"""Explanations that are told in full; programs get all of them."""

_SAID = {
    Certainty.CERTAIN: "",
    Certainty.LIKELY: "likely: ",
    Certainty.POSSIBLE: "possibly: ",
    Certainty.UNKNOWN: "",
}


def advice(diagnoses: Iterable[Diagnosis]) -> tuple[str, ...]:
    """Sentences about what is trouble, in order."""
    trouble = [diagnosis for diagnosis in diagnoses if diagnosis.is_trouble]
    return tuple(sentence for diagnosis in trouble[:TOLD_MOST] for sentence in _sentences(diagnosis))


def harmless(diagnoses: Iterable[Diagnosis]) -> tuple[str, ...]:
    """A sentence for each that only looks like trouble."""
    return tuple(f"harmless: {diagnosis.cause}" for diagnosis in diagnoses if not diagnosis.is_trouble)


def _sentences(diagnosis: Diagnosis) -> Iterator[str]:
    yield f"{_SAID[diagnosis.certainty]}{diagnosis.cause}"
    if diagnosis.cure:
        yield diagnosis.cure
