"""Theme files of the user, looked at again when they are saved: who makes a theme sees it while making it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

LOOK_EVERY = 0.5
"""Seconds between two looks at the folder."""


class ThemeFiles:
    """Knows which versions of the files were read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known = self._versions()

    @property
    def exists(self) -> bool:
        """Whether there is such a folder: without one nobody looks."""
        return self._folder.is_dir()

    def have_changed(self) -> bool:
        """Whether a file is another one, is new or is gone since the last look."""
        before, self._known = self._known, self._versions()
        return before != self._known

    def _versions(self) -> Mapping[str, tuple[int, int]]:
        try:
            with os.scandir(self._folder) as entries:
                found = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".toml")]
        except OSError:
            return {}
        return {name: (facts.st_mtime_ns, facts.st_size) for name, facts in found}
