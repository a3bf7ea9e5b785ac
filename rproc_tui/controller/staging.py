"""Builds of one processor, each installed under a name of its own where the kernel looks for firmware.

The kernel reads the file again at every recovery. A name that stands for one content, put there whole and never written
again, is the only one that it cannot read half of. See `linux.staged_name` for the names.
"""

from __future__ import annotations

import contextlib
import errno
import posixpath

from rproc_tui.errors import ActionRefused, RprocTuiError
from rproc_tui.hosts.base import Host, Progress
from rproc_tui.linux import firmware_path, verbs
from rproc_tui.linux.attribute import read_attribute, state_of
from rproc_tui.linux.firmware_name import objection
from rproc_tui.linux.reading import GONE
from rproc_tui.linux.staged_name import is_of, is_staged, own_name, staged_name
from rproc_tui.model.processor import State

CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
"""Nothing can be put into this folder by us."""

NO_NAME = ("", "unknown")
"""What `firmware` reads while Linux knows no name: that of a processor which ran before Linux came."""


class Staging:
    """Installs, names and removes; every call looks at the kernel's files anew."""

    def __init__(self, host: Host, processor_id: str) -> None:
        self._host = host
        self._id = processor_id
        self._folder: tuple[str, str] | None = None
        """The own name for which it was looked up, and the folder."""

    async def named(self) -> str:
        """What `firmware` reads now."""
        return (await read_attribute(self._host, self._id, "firmware")).text

    async def install(self, content: bytes, digest: str, *, suffix: str = "", progress: Progress | None = None) -> str:
        """Put a build in its place, unless it is there already; the answer is the name to load it by.

        `suffix` is what the kernel adds to a name for a packed file (`.xz`). OSError when it cannot be put there,
        ActionRefused when there is no name to put it under.
        """
        present = await self.named()
        own = own_name(present)
        if own in NO_NAME:
            raise ActionRefused(f"{self._id} has no firmware name yet", hint="`stop` it; then it has one")
        name = staged_name(own, self._id, digest)
        trouble = objection(name + suffix)
        if trouble is not None:
            raise ActionRefused(f"there is no room for a build's name beside {own}: {trouble}")
        folder = await self._folder_of(present)
        try:
            await self._put(f"{folder}/{name}{suffix}", content, progress)
        except OSError as error:
            configured = await firmware_path.folder(self._host)
            if error.errno not in CLOSED or configured == folder:
                raise
            self._folder = (own, configured)  # the kernel looks there first, and it is a person's choice
            await self._put(f"{configured}/{name}{suffix}", content, progress)
        return name

    async def take(self, name: str | None) -> None:
        """Let the next start of an offline processor load a name; None: its own, and the builds of a watch go.

        A file that is not there is not named, and neither is a build in the place of a firmware that somebody chose
        since: what was set before stays.
        """
        present = await self.named()
        wanted = own_name(present) if name is None else name
        if (
            own_name(wanted) == own_name(present)
            and wanted != present
            and await firmware_path.find(self._host, wanted) is not None
        ):
            await self._name(wanted)
            if name is None:
                await self.sweep()

    async def give_back(self) -> bool:
        """Set the processor's own name again and remove every build; False while it is up: the kernel says EBUSY.

        A processor that is gone needs none of them.
        """
        try:
            present = await self.named()
            if is_staged(present):
                if state_of((await read_attribute(self._host, self._id, "state")).text) is not State.OFFLINE:
                    await self.sweep(present)
                    return False
                await self._name(own_name(present))
        except OSError as error:
            if error.errno not in GONE:
                raise
        await self.sweep()
        return True

    async def sweep(self, *keep: str | None) -> None:
        """Remove this processor's builds, but for those names; what cannot be removed stays."""
        if self._folder is None:
            with contextlib.suppress(OSError):
                await self._folder_of(await self.named())
        if self._folder is None:
            return
        own, folder = self._folder
        below = posixpath.dirname(own)
        with contextlib.suppress(OSError):
            for file in await self._host.list(posixpath.join(folder, below)):
                name = posixpath.join(below, file)
                plain = next((name.removesuffix(s) for s in firmware_path.COMPRESSED if name.endswith(s)), name)
                if is_of(plain, own, self._id) and plain not in keep:
                    await self._host.remove(f"{folder}/{name}")

    async def _name(self, name: str) -> None:
        seen = await verbs.set_firmware(self._host, self._id, name)
        if seen.value != name:
            raise RprocTuiError(f"{self._id} reads back firmware {seen.value!r}, not {name!r}")

    async def _folder_of(self, present: str) -> str:
        """Where what is named now lies; the same for as long as the own name is: its file may come and go meanwhile."""
        own = own_name(present)
        if self._folder is None or self._folder[0] != own:
            self._folder = (own, await firmware_path.folder_of(self._host, present))
        return self._folder[1]

    async def _put(self, path: str, content: bytes, progress: Progress | None) -> None:
        if await self._size(path) != len(content):
            await self._host.put(path, content, progress=progress)

    async def _size(self, path: str) -> int | None:
        try:
            return (await self._host.stat(path)).size
        except OSError:
            return None
