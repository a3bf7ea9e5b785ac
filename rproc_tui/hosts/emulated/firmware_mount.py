"""The board's /lib/firmware: a folder of this machine, shown below the paths that a kernel searches."""

from __future__ import annotations

import errno
import os
import stat

from rproc_tui.hosts.file_access import is_being_written, read_file

MOUNT_POINT = "/lib/firmware"

FIRMWARE_MOST = 0x7FFF_FFFF
"""INT_MAX: what the kernel's loader reads at most (EFBIG beyond)."""


class FirmwareMount:
    """Paths of the board below `/lib/firmware`, mapped to the folder and never outside it."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.abspath(folder)

    def place(self, path: str) -> str | None:
        """Where a path of the board lies on this machine; None when it is not below the mount point."""
        clean = os.path.normpath(path)
        if clean == MOUNT_POINT:
            return self.folder
        if not clean.startswith(MOUNT_POINT + "/"):
            return None
        return os.path.join(self.folder, clean.removeprefix(MOUNT_POINT + "/"))

    def read_as_kernel(self, path: str) -> bytes:
        """A file as `kernel_read_file_from_path` takes it: regular, not empty, not open for writing by anybody."""
        place = self.place(path)
        if place is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        status = os.stat(place)
        if not stat.S_ISREG(status.st_mode) or status.st_size == 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
        if status.st_size > FIRMWARE_MOST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
        if is_being_written(place):
            raise OSError(errno.ETXTBSY, os.strerror(errno.ETXTBSY), path)
        return read_file(place)
