"""Copies of the firmware that crashed, one on disk for each content: a crash loop would fill it with the same file."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from collections import OrderedDict
from dataclasses import dataclass

from rproc_tui.controller.crash_folder import FIRMWARE
from rproc_tui.controller.crash_saving import renewed
from rproc_tui.controller.crash_space import CrashSpace
from rproc_tui.firmware.units import size_text
from rproc_tui.hosts.base import Host
from rproc_tui.model.file_facts import FileFacts, FileKind

COPIED_MOST = 64 * 1024 * 1024
"""Bytes of a firmware file that is copied; of a larger one only the digest is kept."""

KNOWN_MOST = 32
"""Files whose copies are remembered."""


@dataclass(frozen=True, slots=True)
class KeptFirmware:
    """What is known of the file that the processor would load at the moment."""

    size: int | None = None
    sha256: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Copy:
    version: FileFacts
    sha256: str
    path: str


class FirmwareCopies:
    """Remembers which version of a file was copied where."""

    def __init__(self, space: CrashSpace) -> None:
        self._space = space
        self._known: OrderedDict[tuple[str, str], _Copy] = OrderedDict()

    async def keep(self, host: Host, path: str, folder: str) -> KeptFirmware:
        """Copy the file into a crash's folder, or link the copy that another crash has; never an error."""
        try:
            version = await host.stat(path)
            if version.kind is not FileKind.REGULAR:
                return KeptFirmware(problem=f"{path} is no regular file")
            known = self._known.get((host.label, path))
            if known is not None and known.version == version and await asyncio.to_thread(_link, known.path, folder):
                return KeptFirmware(version.size, known.sha256)
            content = await host.read(path, limit=COPIED_MOST + 1)
        except OSError as error:
            return KeptFirmware(problem=f"the firmware file cannot be read: {error.strerror or error}")
        if len(content) > COPIED_MOST:
            words = f"the firmware has {size_text(version.size)}, which is too much for a copy: its digest is kept"
            return KeptFirmware(version.size, problem=words)
        digest = await asyncio.to_thread(_digest, content)
        problem = await asyncio.to_thread(renewed, folder, FIRMWARE, content, self._space)
        if problem is None:
            self._remember((host.label, path), _Copy(version, digest, os.path.join(folder, FIRMWARE)))
        return KeptFirmware(len(content), digest, problem)

    def _remember(self, key: tuple[str, str], copy: _Copy) -> None:
        self._known[key] = copy
        self._known.move_to_end(key)
        while len(self._known) > KNOWN_MOST:
            self._known.popitem(last=False)


def _link(copy: str, folder: str) -> bool:
    """Whether the copy could be shared: it may be gone with its crash, and not every file system has links."""
    with contextlib.suppress(OSError):
        os.link(copy, os.path.join(folder, FIRMWARE), follow_symlinks=False)
        return True
    return False


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
