"""Memory set aside for a processor (`struct rproc_mem_entry`), and whether a request of the table fits into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rproc_tui.model.resource_table import ADDRESS_ANY
from rproc_tui.remoteproc.c_text import U32, int32
from rproc_tui.remoteproc.device import DmaMemory

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc

NAME_MOST = 31
"""Characters of a carveout's name, without its NUL."""


@dataclass(slots=True, eq=False)
class Carveout:
    """One entry of a processor's list of carveouts."""

    name: str
    da: int
    """Device address; ADDRESS_ANY until it is allocated."""
    length: int
    memory: DmaMemory | None = None
    """None while it is not mapped."""
    alloc: Callable[[Rproc, Carveout], None] | None = None
    """Called once the table is read; sets `memory`, or raises OSError."""
    release: Callable[[Rproc, Carveout], None] | None = None
    """Called when the resources are let go of."""
    table_offset: int | None = None
    """Offset of the payload of the table entry that is bound to it."""
    flags: int = 0
    reserved: DmaMemory | None = None
    """A reserved region that is never mapped here and only lends its memory (`of_resm_idx` of the kernel)."""

    def __post_init__(self) -> None:
        self.name = self.name[:NAME_MOST]

    @property
    def dma(self) -> int:
        """Bus address; 0 while it is not mapped."""
        return self.memory.dma if self.memory is not None else 0

    def misfit(self, da: int, length: int) -> str | None:
        """Why a request does not fit: the kernel's line, or an empty one where it says nothing; None when it fits.

        The arithmetic is the kernel's, in 32 bits.
        """
        length &= U32
        if length > self.length:
            return "Registered carveout doesn't fit len request"
        if da == ADDRESS_ANY:
            return None
        if self.da == ADDRESS_ANY:
            return ""
        delta = int32(da - self.da)
        if delta < 0:
            return "Registered carveout doesn't fit da request"
        if (delta + length) & U32 > self.length:
            return "Registered carveout doesn't fit len request"
        return None

    def view(self, da: int, length: int) -> memoryview | None:
        """A stretch of it by device address; None when it is not mapped or the stretch is not in it."""
        if self.memory is None:
            return None
        offset = int32(da - self.da)
        if offset < 0 or offset + length > self.length:
            return None
        return self.memory.view[offset : offset + length]


def find_carveout(rproc: Rproc, name: str) -> Carveout | None:
    """The first registered carveout of a name; 31 characters count."""
    return next((carveout for carveout in rproc.carveouts if carveout.name == name[:NAME_MOST]), None)
