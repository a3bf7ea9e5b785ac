"""How much all captured crashes may take on disk: the oldest go first, the newest never."""

from __future__ import annotations

import os
import threading

from rproc_tui.controller.crash_folder import crashes_folder, files_of, folder_names, remove_folder

FOLDERS_MOST = 1000
"""Crashes that are kept, whatever their size."""


class CrashSpace:
    """Keeps account of the folders, for any thread."""

    def __init__(self, state_folder: str, most: int) -> None:
        self.most = most
        """Bytes."""
        self._state_folder = state_folder
        self._root = crashes_folder(state_folder)
        self._lock = threading.Lock()
        self._files: dict[str, dict[int, int]] | None = None
        """Sizes of files by inode, of each folder by name, the oldest first."""

    def make_room(self, wanted: int, newest: str) -> bool:
        """Drop old crashes until `wanted` more bytes fit beside what stays; False when they cannot.

        `newest` is the folder for which it is, which stays.
        """
        with self._lock:
            files = self._known()
            keep = os.path.basename(newest)
            files.pop(keep, None)
            files[keep] = files_of(newest)  # looked at anew, as the newest
            if sum(files[keep].values()) + wanted > self.most:
                return False
            while len(files) > 1 and (_total(files) + wanted > self.most or len(files) > FOLDERS_MOST):
                oldest = next(name for name in files if name != keep)
                remove_folder(os.path.join(self._root, oldest))
                del files[oldest]
            return True

    def _known(self) -> dict[str, dict[int, int]]:
        """What is there is looked at once; what others do to it later is noticed in the next run."""
        if self._files is None:
            self._files = {name: files_of(os.path.join(self._root, name)) for name in folder_names(self._state_folder)}
        return self._files


def _total(files: dict[str, dict[int, int]]) -> int:
    """Bytes of all; what several share counts once."""
    by_inode: dict[int, int] = {}
    for sizes in files.values():
        by_inode |= sizes
    return sum(by_inode.values())
