"""What is in the kernel's firmware folders under a name that it could not load."""

from __future__ import annotations

import asyncio
import posixpath

from rproc_tui.hosts.base import Host
from rproc_tui.linux import firmware_path
from rproc_tui.model.file_facts import FileKind
from rproc_tui.model.firmware_place import FirmwarePlace, Obstacle
from rproc_tui.sanitise import sanitise

SIMILAR_MOST = 3
"""Names that are offered."""

ALIKE = 0.75
"""How similar two names have to be, as difflib counts."""


PATIENCE = 1.0
"""Seconds that a search for similar names may take: a machine behind a slow line has thousands of files."""


async def firmware_place(host: Host, name: str) -> FirmwarePlace:
    """Where the kernel looked for a file, what is there instead, and which names read much the same."""
    search = await firmware_path.folders(host)
    shown = tuple(sanitise(folder) for folder in search)
    usable = await firmware_path.find(host, name)
    if usable is not None:
        return FirmwarePlace(sanitise(name), shown, sanitise(usable))
    for folder in search if name else ():
        path = f"{folder}/{name}"
        obstacle, target = await _obstacle(host, path)
        if obstacle is not None:
            return FirmwarePlace(sanitise(name), shown, sanitise(path), obstacle, target)
    return FirmwarePlace(sanitise(name), shown, similar=await _similar(host, name))


async def _obstacle(host: Host, path: str) -> tuple[Obstacle | None, str | None]:
    """Why a path cannot be loaded, and where a link that leads nowhere points to; None where nothing is."""
    try:
        facts = await host.stat(path)
    except OSError:
        return await _dangling(host, path)
    match facts.kind:
        case FileKind.DIRECTORY:
            return Obstacle.DIRECTORY, None
        case FileKind.REGULAR:
            return (None if facts.size else Obstacle.EMPTY), None
        case _:
            return Obstacle.NOT_REGULAR, None


async def _dangling(host: Host, path: str) -> tuple[Obstacle | None, str | None]:
    try:
        return Obstacle.DANGLING, sanitise(await host.link(path))
    except OSError:
        return None, None


async def _similar(host: Host, name: str) -> tuple[str, ...]:
    from difflib import get_close_matches  # noqa: PLC0415 (only a file that is not there needs it)

    try:
        async with asyncio.timeout(PATIENCE):
            candidates = await firmware_path.candidates(host)
    except TimeoutError:
        return ()
    names = {sanitise(posixpath.basename(found)): found for found in candidates}
    close = get_close_matches(sanitise(posixpath.basename(name)), names, n=SIMILAR_MOST, cutoff=ALIKE)
    return tuple(sanitise(names[base]) for base in close)
