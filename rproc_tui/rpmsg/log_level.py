"""Where the kernel's words go, and how loud they are (`KERN_ERR` and the like of include/linux/kern_levels.h)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

ERROR: Final = 3
WARNING: Final = 4
INFO: Final = 6

Log: TypeAlias = Callable[[int, str], None]
"""Takes a level and one line without the prefix of driver and device.

Called with locks held: it must neither block nor come back to the bus.
"""
