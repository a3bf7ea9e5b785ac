"""The trace of the run that crashed, from everything that holds a part of it."""

from __future__ import annotations

from collections.abc import Sequence

from rproc_tui.controller.crash_remains import Remains
from rproc_tui.controller.crash_trace import buffer_lines, dumped_lines, joined
from rproc_tui.linux.resource_table import parse


def trace_of(followed: Sequence[str], remains: Remains, folder: str | None) -> list[str]:
    """Its lines, the last one last: `followed` ends where the last look at the buffer was.

    Reads the dump in `folder`, where there is one: that has the last words, too.
    """
    lines = list(followed)
    if len(remains.traces) != 1:  # several end up in one ring with their names; single buffers have no order
        return lines
    if remains.caught:
        lines = joined(lines, buffer_lines(remains.traces[0][1]))
    if folder is not None:
        from rproc_tui.controller.crash_examination import dump_in  # noqa: PLC0415 (nobody pays before a crash)

        table = None if remains.table is None else parse(remains.table)[0]
        lines = joined(lines, dumped_lines(dump_in(folder), table))
    return lines
