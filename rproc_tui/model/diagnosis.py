"""Why something went wrong, or why it is no harm, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

UNKNOWN_CODE = "unknown-failure"
"""The code of a failure that nothing explains."""


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    """It did not work, and this is why."""
    WARNING = "warning"
    """It works, and not as was meant."""
    BENIGN = "benign"
    """It looks like trouble and is none."""


class Certainty(StrEnum):
    """How sure the cause is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"
    """Nothing explains it; the kernel's own lines are all that there is."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One explanation of what the kernel answered or said."""

    code: str
    """Stable word for programs (`segment-outside-memory`)."""
    severity: Severity
    certainty: Certainty
    cause: str
    """One sentence, with what is at hand filled in."""
    cure: str = ""
    """What to try; empty where there is nothing to do."""

    @property
    def is_trouble(self) -> bool:
        """Not benign."""
        return self.severity is not Severity.BENIGN


_SAID = {
    Certainty.CERTAIN: "",
    Certainty.LIKELY: "likely: ",
    Certainty.POSSIBLE: "possibly: ",
    Certainty.UNKNOWN: "",
}


def diagnosis_sentences(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The cause with how sure it is, then what to try."""
    cause = f"{_SAID[diagnosis.certainty]}{diagnosis.cause}"
    return (cause, diagnosis.cure) if diagnosis.cure else (cause,)
