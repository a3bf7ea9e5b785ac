"""A file that is not on any disk: what sysfs and debugfs are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VirtualFile:
    """One attribute: its mode and what reading and writing do. Both raise OSError with the kernel's errno."""

    mode: int
    """Permission bits."""
    read: Callable[[int, int | None], bytes] | None = None
    """`read(offset, limit)`; limit None means to the end. None: no read method."""
    write: Callable[[bytes], None] | None = None
    """One write(2) whole. None: no write method."""
    size: int = 0
    """What stat(2) says: 4096 in sysfs, 0 in debugfs."""
