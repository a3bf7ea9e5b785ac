"""The last firmware of each processor that proved itself, kept in the state folder: what a rollback goes back to."""

from __future__ import annotations

import os
import re

from rproc_tui.controller.firmware_file import READ_MOST
from rproc_tui.hosts.file_access import install, read_file
from rproc_tui.model.processor import ProcessorKey


class LastGood:
    """One file of one processor; it outlives the program."""

    def __init__(self, folder: str, key: ProcessorKey) -> None:
        device = key.device.rpartition("/")[2]
        self._folder = os.path.join(folder, "last-good")
        self._path = os.path.join(self._folder, f"{_plain(key.host)}-{_plain(device)}")

    def keep(self, content: bytes) -> None:
        """This one is good; only its owner may read it. OSError when it cannot be written."""
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        if self.content() != content:
            install(self._path, content)

    def content(self) -> bytes | None:
        """The last good one; None when there is none."""
        try:
            return read_file(self._path, limit=READ_MOST)
        except OSError:
            return None


def _plain(name: str) -> str:
    """A name that is safe as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", name)[:80] or "_"
