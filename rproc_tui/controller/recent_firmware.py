"""Which firmware processors were given lately, kept in the state folder: a person goes back and forth between a few."""

from __future__ import annotations

import json
import os
from typing import Any

from rproc_tui.model.processor import ProcessorKey

FILE = "recent-firmware.json"
NAMES_MOST = 8
"""Names that are kept of one processor."""
PROCESSORS_MOST = 64


class RecentFirmware:
    """The names by processor, newest first. What cannot be read or written is as if it were not there."""

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, FILE)

    def names(self, key: ProcessorKey) -> tuple[str, ...]:
        """What this processor was given, newest first."""
        return self._read().get(_word(key), ())

    def remember(self, key: ProcessorKey, name: str) -> None:
        """It was given this one now."""
        known = self._read()
        others = [other for other in known.pop(_word(key), ()) if other != name]
        newest = {_word(key): (name, *others)[:NAMES_MOST], **known}
        kept = dict(list(newest.items())[:PROCESSORS_MOST])
        try:
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            beside = f"{self._path}.{os.getpid()}"
            with open(beside, "w", encoding="utf-8") as file:
                json.dump({"schema": "rproc-tui/recent-firmware", "version": 1, "processors": kept}, file)
            os.replace(beside, self._path)
        except (OSError, UnicodeEncodeError):
            return

    def _read(self) -> dict[str, tuple[str, ...]]:
        try:
            with open(self._path, encoding="utf-8") as file:
                found = json.load(file)
        except (OSError, ValueError):
            return {}
        processors = found.get("processors") if isinstance(found, dict) else None
        return {word: _names(names) for word, names in processors.items()} if isinstance(processors, dict) else {}


def _names(names: Any) -> tuple[str, ...]:
    return tuple(name for name in names if isinstance(name, str))[:NAMES_MOST] if isinstance(names, list) else ()


def _word(key: ProcessorKey) -> str:
    return f"{key.host}:{key.device}"
