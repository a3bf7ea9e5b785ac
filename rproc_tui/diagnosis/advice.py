"""Diagnoses as the sentences that are shown under a failure: cause, then what to try."""

from __future__ import annotations

from collections.abc import Iterable

from rproc_tui.model.diagnosis import Diagnosis, diagnosis_sentences

TOLD_MOST = 3
"""Explanations that are told in full; programs get all of them."""


def advice(diagnoses: Iterable[Diagnosis]) -> tuple[str, ...]:
    """Sentences about what is trouble, in order."""
    trouble = [diagnosis for diagnosis in diagnoses if diagnosis.is_trouble]
    return tuple(sentence for diagnosis in trouble[:TOLD_MOST] for sentence in diagnosis_sentences(diagnosis))
