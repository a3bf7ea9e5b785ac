"""What the screen remembers from one run to the next, in the state folder: for each host, and the theme for all.

What cannot be read or written is as if nothing were remembered; nothing in the file is believed unseen.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FILE = "screen.json"
FILE_MOST = 256 * 1024
"""Bytes."""
HOSTS_MOST = 64
WATCHED_MOST = 64
"""Files that are remembered of one host."""
TEXT_MOST = 4096
"""Characters of a path or a filter."""


@dataclass(frozen=True, slots=True)
class HostMemory:
    """How one host was looked at last."""

    device: str | None = None
    """The selected processor's."""
    filter: str = ""
    tab: str = ""
    """The panel in sight where panels share a place."""
    maximised: str | None = None
    faulty_only: bool = False
    watched: Mapping[str, str] = field(default_factory=dict)
    """Files of this machine that were watched, by device."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """All of it."""

    theme: str | None = None
    """The one that was chosen on the screen."""
    host: str | None = None
    """The label of the host that was looked at last."""
    hosts: Mapping[str, HostMemory] = field(default_factory=dict)
    """By label, the newest last."""

    def of(self, label: str) -> HostMemory:
        """What is remembered of a host."""
        return self.hosts.get(label, HostMemory())

    def with_host(self, label: str, memory: HostMemory, theme: str | None) -> Remembered:
        """The same after a host was looked at."""
        others = {other: known for other, known in self.hosts.items() if other != label}
        newest = dict([*others.items(), (label, memory)][-HOSTS_MOST:])
        return Remembered(theme, label, newest)


def read_remembered(folder: str) -> Remembered:
    """What the file says."""
    try:
        with open(os.path.join(folder, FILE), "rb") as file:
            found = json.loads(file.read(FILE_MOST))
    except (OSError, ValueError, RecursionError):
        return Remembered()
    if not isinstance(found, dict) or found.get("version") != 1:
        return Remembered()
    hosts = found.get("hosts")
    known = {str(label): _host(one) for label, one in hosts.items()} if isinstance(hosts, dict) else {}
    return Remembered(_text(found.get("theme")), _text(found.get("host")), known)


def write_remembered(folder: str, remembered: Remembered) -> None:
    """Take the place of the file, whole."""
    path = os.path.join(folder, FILE)
    beside = f"{path}.{os.getpid()}"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(beside, "w", encoding="utf-8") as file:
            json.dump(_as_json(remembered), file)
        os.replace(beside, path)
    except (OSError, UnicodeEncodeError):
        return


def _as_json(remembered: Remembered) -> dict[str, Any]:
    hosts = {
        label: {
            "device": one.device,
            "filter": one.filter,
            "tab": one.tab,
            "maximised": one.maximised,
            "faulty_only": one.faulty_only,
            "watched": dict(list(one.watched.items())[-WATCHED_MOST:]),
        }
        for label, one in remembered.hosts.items()
    }
    return {
        "schema": "rproc-tui/screen",
        "version": 1,
        "theme": remembered.theme,
        "host": remembered.host,
        "hosts": hosts,
    }


def _host(found: Any) -> HostMemory:
    if not isinstance(found, dict):
        return HostMemory()
    watched = found.get("watched")
    pairs = watched.items() if isinstance(watched, dict) else ()
    return HostMemory(
        device=_text(found.get("device")),
        filter=_text(found.get("filter")) or "",
        tab=_text(found.get("tab")) or "",
        maximised=_text(found.get("maximised")),
        faulty_only=found.get("faulty_only") is True,
        watched={device: path for device, path in pairs if _text(path) is not None},
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= TEXT_MOST and value.isprintable() else None
