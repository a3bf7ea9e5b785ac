"""The clocks of a machine as they stand to ours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MachineClock:
    """Measured once over a line; its time of day may have been set since."""

    booted: float
    """When it booted, in monotonic seconds of our clock, suspended time included."""
    ahead: float | None
    """Seconds by which its time of day is later than ours, negative where it is behind; None where it does not tell."""
    unsure: float
    """Seconds by which `ahead` may be wrong in either direction."""
