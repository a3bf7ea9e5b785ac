"""How much of a coredump has come."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class DumpProgress:
    """At one moment."""

    size: int
    """Bytes that are there."""
    whole: int | None = None
    """Bytes of all of it; None while that is not known."""

    def __str__(self) -> str:
        """`12.0 of 32.0 MiB`."""
        of = "" if self.whole is None else f" of {self.whole / _MIB:.1f}"
        return f"{self.size / _MIB:.1f}{of} MiB"
