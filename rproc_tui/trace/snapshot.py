"""What one look at a trace buffer showed, and what two of them say about the writer: values that the rest passes on."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.model.trace_line import LineKind


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The buffer as it was seen, with the writer's place in it."""

    content: bytes
    """The file: the memory up to its first NUL."""
    position: int | None
    """Where the next byte will be written, at the latest; None where that cannot be told.

    The true place may lie further on, but only behind bytes that already are what the writer would have left there:
    text written over equal text cannot be seen. Such bytes count as new once a later byte differs.
    """
    hidden: bytes = b""
    """The previous lap, when the writer's NUL hides it."""
    coinciding: bytes = b""
    """The rest of the line at `position`, where it lies on an old line: probably written, not counted as new yet."""
    emptied: bool = False
    """Text was there before: what comes next is of a new run, which has not begun to write."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the writer did between two looks."""

    after: Snapshot
    new: bytes
    """Text in the order in which it was written."""
    mark: LineKind | None = None
    """What a line before the new text has to say: lost, restart, seam."""
    note: str = ""
    """The sentence of that line."""
    continues: bool = True
    """The new text goes on where the text before it ended; otherwise it stands apart from it."""
