"""What debugfs shows of a processor's carveouts (`carveout_memories`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rproc_tui.remoteproc.c_text import as_bytes
from rproc_tui.remoteproc.pointer_text import NULL, hashed_pointer

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


def carveouts_text(rproc: Rproc) -> bytes:
    """Each carveout in list order; nothing when there is none."""
    return b"".join(
        b"Carveout memory entry:\n\tName: "
        + as_bytes(carveout.name)
        + (
            f"\n\tVirtual address: {NULL if carveout.memory is None else hashed_pointer('carveout', carveout.dma)}\n"
            f"\tDMA address: 0x{carveout.dma:016x}\n"
            f"\tDevice address: 0x{carveout.da:x}\n"
            f"\tLength: 0x{carveout.length:x} Bytes\n\n"
        ).encode()
        for carveout in tuple(rproc.carveouts)
    )
