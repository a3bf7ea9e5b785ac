"""The `driver_override` file of a device: the only driver that may have it (drivers/base/driver.c)."""

from __future__ import annotations

import errno
from collections.abc import Callable

from rproc_tui.remoteproc.attributes import PAGE, sysfs_file
from rproc_tui.remoteproc.c_text import c_string
from rproc_tui.remoteproc.errors import failure
from rproc_tui.remoteproc.virtual_tree import VirtualFile


def override_file(shown: Callable[[], bytes | None], keep: Callable[[bytes | None], None]) -> VirtualFile:
    """Takes a name up to the first newline; nothing before it clears the override. EINVAL for a whole page."""

    def store(written: bytes) -> None:
        if len(written) >= PAGE - 1:
            raise failure(errno.EINVAL)
        keep(c_string(written).split(b"\n", 1)[0] or None)

    return sysfs_file(0o644, lambda: (shown() or b"(null)") + b"\n", store)
