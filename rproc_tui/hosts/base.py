"""The port: a Linux machine with remote processors, seen through its files.

Every host (this machine, a machine behind ssh, the emulated board) answers these calls with the kernel's bytes and
errno. Paths are absolute paths of that machine. Whatever fails with an errno there raises `OSError` with it here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Protocol

from rproc_tui.model.file_facts import FileFacts
from rproc_tui.model.kernel_log import KernelLine, Uevent


class HostKind(StrEnum):
    """What sort of machine a host is."""

    LOCAL = "local"
    SSH = "ssh"
    EMULATED = "emulated"
    ROOT = "root"


class Endpoint(Protocol):
    """An address of ours on an rpmsg bus, open until `close`; one task receives at a time."""

    async def send(self, data: bytes) -> None:
        """Send one message, waiting for a free buffer if need be.

        OSError: EMSGSIZE above 496 bytes, EPIPE or EIO when the channel is gone, EINTR after 15 s without a buffer.
        """
        ...

    async def receive(self) -> bytes:
        """The next message; OSError: EPIPE or EIO when the channel is gone."""
        ...

    async def close(self) -> None:
        """Give the address back; what was not received is lost."""
        ...


class Host(Protocol):
    """A Linux machine with remote processors, seen through its files."""

    @property
    def label(self) -> str:
        """How people call it; unique among the hosts of one run."""
        ...

    @property
    def kind(self) -> HostKind:
        """What sort of machine it is."""
        ...

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        """The content from `offset` on, at most `limit` bytes; OSError with the kernel's errno."""
        ...

    async def write(self, path: str, data: bytes) -> None:
        """One write(2) of all the data; OSError with the kernel's errno. May block for minutes, never the loop."""
        ...

    async def list(self, path: str) -> list[str]:
        """The names in a directory, sorted."""
        ...

    async def link(self, path: str) -> str:
        """Where a symbolic link points, as it is written there."""
        ...

    async def stat(self, path: str) -> FileFacts:
        """What stat(2) says, links followed."""
        ...

    async def put(self, path: str, data: bytes) -> None:
        """Install a file atomically: nobody sees half of it, no writer keeps it open. Folders are made."""
        ...

    async def remove(self, path: str) -> None:
        """Remove a file that `put` installed."""
        ...

    def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        """The content now and then whenever it differs; looks at most once in `every` seconds.

        Ends when the file is gone; an OSError other than that is raised.
        """
        ...

    def kernel_log(self) -> AsyncIterator[KernelLine]:
        """The kernel's log: the lines it still holds, then each new one. Raises OSError where it may not be read."""
        ...

    def uevents(self) -> AsyncIterator[Uevent]:
        """The kernel's device events from now on. Raises OSError where they cannot be had."""
        ...

    async def open_endpoint(self, ctrl: str, name: str, src: int, dst: int) -> Endpoint:
        """Make an endpoint through a control device (`/dev/rpmsg_ctrl0`) and open it.

        `ctrl` may also be what a channel's driver made (`/dev/rpmsg0`, `/dev/ttyRPMSG0`): that is opened as it is, and
        a line has no message borders. 0xFFFFFFFF is any address. OSError: ENOENT without such a device, EBUSY when
        somebody has it, EOPNOTSUPP where the host has no way, EINVAL when the address is taken.
        """
        ...

    def local_path(self, path: str) -> str | None:
        """Where a file of this host lies on the disk of the machine we run on; None when it is elsewhere."""
        ...

    async def close(self) -> None:
        """Let go of everything; the host is not used afterwards."""
        ...
