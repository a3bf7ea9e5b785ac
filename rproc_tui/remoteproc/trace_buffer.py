"""A log buffer in a processor's memory, as debugfs shows it (`rproc_trace_read`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rproc_tui.remoteproc.attributes import debugfs_file
from rproc_tui.remoteproc.c_text import c_string

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


class TraceBuffer:
    """A trace entry of the table, and its file. There may be thousands, so the file is made once."""

    def __init__(self, rproc: Rproc, da: int, length: int) -> None:
        self.da = da
        self.length = length
        self.file = debugfs_file(0o400, self.text)
        self._rproc = rproc

    def text(self) -> bytes:
        """Its bytes up to the first NUL. The name that the kernel prints of an unreachable one is never filled in."""
        view = self._rproc.da_to_va(self.da, self.length)
        return b"Trace  not available\n" if view is None else c_string(view)
