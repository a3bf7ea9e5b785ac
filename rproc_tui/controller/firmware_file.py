"""Facts of firmware files of a host, read once for each version of a file."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

from rproc_tui.hosts.base import Host
from rproc_tui.linux import firmware_path
from rproc_tui.model.file_facts import FileFacts, FileKind

if TYPE_CHECKING:
    from rproc_tui.firmware.facts import FirmwareFacts

READ_MOST = 128 * 1024 * 1024
"""Bytes of a firmware file that are read; what is longer is looked at as far as this."""

KEPT = 64
"""Files whose facts are kept."""


class FirmwareFiles:
    """A cache by path and version."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._known: OrderedDict[str, tuple[FileFacts, FirmwareFacts]] = OrderedDict()

    async def facts(self, path: str) -> FirmwareFacts | None:
        """What is in the file now; None when it cannot be read."""
        try:
            version = await self._host.stat(path)
            known = self._known.get(path)
            if known is not None and known[0] == version:
                return known[1]
            if version.kind is not FileKind.REGULAR:
                return None
            content = await self._host.read(path, limit=READ_MOST)
        except OSError:
            return None
        from rproc_tui.firmware.inspect import facts  # noqa: PLC0415 (a list of processors needs no parsers)

        packed = path.endswith(firmware_path.COMPRESSED)  # the kernel found it by adding the suffix itself
        size = version.size if len(content) == READ_MOST else len(content)  # it may have changed since the look at it
        found = await asyncio.to_thread(facts, path, content, size, unpacked_by_kernel=packed)
        self._known[path] = (version, found)
        self._known.move_to_end(path)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return found
