"""What a loader knows of one image, as far as loading asks (`struct loader_ops` with its image information)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of an image file, bytes."""

    offset: int
    length: int

    def within(self, offset: int, length: int) -> bool:
        """Whether data of that length, from that offset on, has all of it."""
        return offset <= self.offset and self.offset + self.length <= offset + length


@dataclass(frozen=True, slots=True)
class Segment:
    """What goes into the processor's memory."""

    da: int
    data: Range
    memory_size: int
    padding: int = 0
    """The byte that fills the memory behind the data."""


@dataclass(frozen=True, slots=True)
class TableSection:
    """Where the resource table is."""

    data: Range
    da: int


class FirmwareImage(Protocol):
    """An image whose headers arrive piece by piece."""

    @property
    def ready(self) -> bool:
        """Enough has arrived to know what goes where."""
        ...

    @property
    def entry(self) -> int:
        """Where it begins to execute."""
        ...

    def load_header(self, data: bytes, offset: int) -> Range | None:
        """Take what is wanted from a piece of the file; what is wanted next, None when the headers are complete.

        OpenampError when they make no sense.
        """
        ...

    def next_segment(self) -> Segment | None:
        """The next of its segments, each once; None when there are no more."""
        ...

    def locate_rsc_table(self) -> TableSection | None:
        """Where its table is; None without one. LOADER_STATE while the headers are not complete."""
        ...
