"""How much all captured crashes may take on disk: the oldest go first, those that are being captured never."""

from __future__ import annotations

import os
import threading

from rproc_tui.controller.crash_folder import crashes_folder, files_of, folder_names, remove_folder

FOLDERS_MOST = 1000
"""Crashes that are kept, whatever their size."""

Files = dict[int, int]
"""Sizes of files in bytes, by inode."""


class CrashSpace:
    """Keeps account of the folders, for any thread. What others do to them is noticed in the next run."""

    def __init__(self, state_folder: str, most: int) -> None:
        self.most = most
        """Bytes."""
        self._state_folder = state_folder
        self._lock = threading.Lock()
        self._closed: dict[str, Files] | None = None
        """Of each folder that is complete, by name, the oldest first."""
        self._open: dict[str, int] = {}
        """Bytes that are promised to each folder that is being written, and not yet in it."""

    def open(self, folder: str) -> None:
        """A folder is being written from now on."""
        with self._lock:
            name = os.path.basename(folder)
            self._known().pop(name, None)
            self._open[name] = 0

    def close(self, folder: str) -> None:
        """It is complete, and the newest of those that are."""
        with self._lock:
            name = os.path.basename(folder)
            if self._open.pop(name, None) is not None:
                self._known()[name] = files_of(folder)

    def make_room(self, wanted: int, folder: str) -> bool:
        """Promise `wanted` more bytes to an open folder, and drop old crashes for them; False when they cannot fit."""
        with self._lock:
            closed, kept = self._known(), self._kept_open()
            promised = sum(self._open.values()) + wanted
            if _total([kept]) + promised > self.most:
                return False
            while closed and self._is_too_much([kept, *closed.values()], promised):
                oldest = next(iter(closed))
                remove_folder(os.path.join(crashes_folder(self._state_folder), oldest))
                del closed[oldest]
            self._open[os.path.basename(folder)] = self._open.get(os.path.basename(folder), 0) + wanted
            return True

    def written(self, promised: int, folder: str) -> None:
        """What was promised is in the folder, or will never be."""
        with self._lock:
            name = os.path.basename(folder)
            self._open[name] = max(0, self._open.get(name, 0) - promised)

    def _is_too_much(self, folders: list[Files], promised: int) -> bool:
        return _total(folders) + promised > self.most or len(folders) - 1 + len(self._open) > FOLDERS_MOST

    def _kept_open(self) -> Files:
        """What the open folders have by now."""
        kept: Files = {}
        for name in self._open:
            kept |= files_of(os.path.join(crashes_folder(self._state_folder), name))
        return kept

    def _known(self) -> dict[str, Files]:
        """What was there at the first question, and what came since."""
        if self._closed is None:
            root = crashes_folder(self._state_folder)
            self._closed = {name: files_of(os.path.join(root, name)) for name in folder_names(self._state_folder)}
        return self._closed


def _total(folders: list[Files]) -> int:
    """Bytes of all; what several share counts once."""
    by_inode: Files = {}
    for files in folders:
        by_inode |= files
    return sum(by_inode.values())
