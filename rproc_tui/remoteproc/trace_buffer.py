"""A log buffer in a processor's memory, as debugfs shows it (`rproc_trace_read`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.c_text import c_string

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


@dataclass(frozen=True, slots=True)
class TraceBuffer:
    """A trace entry of the table."""

    da: int
    length: int

    def text(self, rproc: Rproc) -> bytes:
        """Its bytes up to the first NUL. The name that the kernel prints of an unreachable one is never filled in."""
        view = rproc.da_to_va(self.da, self.length)
        return b"Trace  not available\n" if view is None else c_string(view)
