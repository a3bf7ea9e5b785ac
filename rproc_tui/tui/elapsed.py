"""Ages in words that move rarely, so that a screen on which nothing happens writes nothing.

Seconds are counted only while an action is pending, and in the first minute of a line that is lost. What has lasted is
told in steps that grow with it (1 minute, 10 minutes, an hour, a day), beside the wall time at which it began, which
is exact and never moves.
"""

from __future__ import annotations

from rproc_tui.model.machine_clock import MachineClock

_MINUTE = 60.0
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_STEPS = ((10 * _MINUTE, _MINUTE), (_HOUR, 10 * _MINUTE), (_DAY, _HOUR))
"""Below the first figure ages move in steps of the second, both in seconds; above all of them in days."""


def age_text(seconds: float) -> str:
    """How long something has lasted, rounded down to its step: `3 min`, `2 h`, `4 d`; empty below a minute."""
    seconds -= seconds % _step(seconds)
    if seconds < _MINUTE:
        return ""
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.0f} h" if seconds < _DAY else f"{seconds // _DAY:.0f} d"


def age_changes_in(seconds: float) -> float:
    """Seconds until `age_text` reads differently."""
    step = _step(seconds)
    return step - seconds % step


def pending_text(seconds: float) -> str:
    """How long an action has been on its way; nothing for the first second, most need no more."""
    return f"{int(seconds)} s" if seconds >= 1 else ""


def pending_changes_in(seconds: float) -> float:
    """Seconds until `pending_text` reads differently."""
    return 1 - seconds % 1


def lost_text(seconds: float) -> str:
    """How long a board has not been heard: `12 s ago`, from a minute on `3 min ago` in steps."""
    return f"{age_text(seconds)} ago" if seconds >= _MINUTE else f"{int(max(0.0, seconds))} s ago"


def lost_changes_in(seconds: float) -> float:
    """Seconds until `lost_text` reads differently."""
    return age_changes_in(seconds) if seconds >= _MINUTE else 1 - seconds % 1


def took_text(seconds: float) -> str:
    """How long something took, to two or three figures."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < _MINUTE else f"{int(seconds // _MINUTE)} min {seconds % _MINUTE:.0f} s"


def ahead_text(clock: MachineClock) -> str:
    """How another machine's time of day stands to ours: `3.2 s ahead`, `4 min behind`, `as here`; empty if unknown."""
    if clock.ahead is None:
        return ""
    size = abs(clock.ahead)
    if size <= clock.unsure:
        return f"as here, to {clock.unsure:.1f} s"
    return f"{age_text(size) or took_text(size)} {'ahead' if clock.ahead > 0 else 'behind'}"


def _step(seconds: float) -> float:
    return next((step for below, step in _STEPS if seconds < below), _DAY)
