"""What is mounted where, by /proc/self/mounts (fstab(5): blanks in a place are written as octal escapes)."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.reading import try_bytes, try_link
from rproc_tui.sanitise import sanitise

MOUNTS = "/proc/self/mounts"

MOUNTS_MOST = 256 * 1024
"""Bytes of it; a machine full of containers has some tens of KiB."""

LINKS_MOST = 16
"""Symbolic links that are followed on the way to a folder."""

_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system."""

    place: str
    kind: str
    read_only: bool


def parse(data: bytes) -> tuple[Mount, ...]:
    """Every line that is one, in order."""
    fields = (line.split(" ") for line in data.decode("utf-8", "surrogateescape").split("\n"))
    return tuple(
        Mount(_unescaped(field[1]), sanitise(field[2]), "ro" in field[3].split(","))
        for field in fields
        if len(field) >= 4
    )


def covering(mounts: tuple[Mount, ...], path: str) -> Mount | None:
    """The mount that a path (free of links) is on; of two on one place the later one covers the other."""
    best: Mount | None = None
    for mount in mounts:
        place = mount.place.rstrip("/") + "/"
        if f"{path}/".startswith(place) and (best is None or len(mount.place) >= len(best.place)):
            best = mount
    return best


async def read_mounts(host: Host) -> tuple[Mount, ...]:
    """Those of the machine; none where it does not tell (an emulated board, a folder of files)."""
    return parse(await try_bytes(host, MOUNTS, MOUNTS_MOST) or b"")


async def real_path(host: Host, path: str) -> str:
    """The path free of links: `/lib` is one on most machines today."""
    for _ in range(LINKS_MOST):
        parts = path.strip("/").split("/")
        for count in range(1, len(parts) + 1):
            place = "/" + "/".join(parts[:count])
            target = await try_link(host, place)
            if target is not None:
                path = posixpath.join(paths.follow(posixpath.dirname(place), target), *parts[count:])
                break
        else:
            return path
    return path


def _unescaped(place: str) -> str:
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), place)
