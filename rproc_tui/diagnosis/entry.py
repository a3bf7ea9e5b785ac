"""One entry of the catalogue: what it looks like, and what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rproc_tui.diagnosis.sentence import Sentence
from rproc_tui.model.diagnosis import Certainty, Severity
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import State


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is not empty has to hold."""

    code: str
    severity: Severity
    certainty: Certainty
    cause: Sentence
    cure: Sentence
    lines: tuple[re.Pattern[str], ...] = ()
    """One of these is found in a line; its groups are fields of the sentences."""
    also: tuple[re.Pattern[str], ...] = ()
    """Each of these is found in some line."""
    unless: tuple[re.Pattern[str], ...] = ()
    """None of these is found in any line."""
    or_errno: frozenset[int] = frozenset()
    """Or the action ended with one of these."""
    or_results: frozenset[Result] = frozenset()
    """Or in one of these ways."""
    or_standing: bool = False
    """Or nobody did anything and no line came: the processor is looked at as it stands."""
    errno: frozenset[int] = frozenset()
    verbs: frozenset[Verb] = frozenset()
    """What was tried; a line that came by itself needs none."""
    results: frozenset[Result] = frozenset()
    states: frozenset[State] = frozenset()
    driver: re.Pattern[str] | None = None
    """Of the driver's name, whole."""
    when: tuple[str, ...] = ()
    """Conditions by name (`conditions.py`)."""
    instead_of: frozenset[str] = frozenset()
    """Codes that say less about the same thing; they are left out."""
