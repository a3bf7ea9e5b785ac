"""Where an image comes from (`struct image_store_ops`, openamp/remoteproc_loader.h)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rproc_tui.remoteproc.openamp.io_region import IoRegion

SUPPORT_SEEK = 1
"""Feature: any range can be had at any time."""


@dataclass(frozen=True, slots=True)
class Target:
    """Memory of the processor that a part of an image belongs into."""

    pa: int
    """Physical address."""
    io: IoRegion


class ImageStore(Protocol):
    """What a loader asks. A store fails by raising OpenampError."""

    @property
    def features(self) -> int:
        """SUPPORT_SEEK, or 0 for a store that only goes forward."""
        ...

    def open(self, path: str) -> bytes:
        """Begin an image; the answer is its beginning, as much as is at hand. Nothing is a failure."""
        ...

    def load(self, offset: int, size: int, target: Target | None = None) -> bytes:
        """A range of the image, shorter where the store has not got it all; with a target it is put there too.

        What does not fit into the target's region is not loaded, and not in the answer.
        """
        ...

    def close(self) -> None:
        """End it, also after a failed load."""
        ...
