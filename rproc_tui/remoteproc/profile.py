"""What differs between kernels, as one table; nothing else in the framework asks for a version."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One kernel's behaviour where kernels differ (the version matrix of the facts)."""

    name: str
    release: str
    """What `uname -r` answers."""
