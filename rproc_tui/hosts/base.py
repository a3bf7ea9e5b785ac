"""The port: a Linux machine with remote processors, seen through its files.

Every host (this machine, a machine behind ssh, the emulated board) answers these calls with the kernel's bytes and
errno. Paths are absolute paths of that machine. Whatever fails with an errno there raises `OSError` with it here; a
line that is or gets lost raises `errors.LineLost`, which is one, too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from enum import StrEnum
from typing import Protocol, runtime_checkable

from rproc_tui.model.connection import Connection
from rproc_tui.model.file_facts import FileFacts
from rproc_tui.model.kernel_log import KernelLine, Uevent

Progress = Callable[[int, int], None]
"""Told how many bytes of how many have arrived; called on the event loop."""


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

    async def put(self, path: str, data: bytes, *, progress: Progress | None = None) -> None:
        """Install a file atomically: nobody sees half of it, no writer keeps it open. Folders are made.

        Cancelled, or the line lost, on the way: the old file stays, or the new one is there whole.
        """
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


@runtime_checkable
class Remote(Protocol):
    """What a host offers besides when it is reached through a line that may break: `isinstance(host, Remote)`.

    The line is made by the first call of the port, and again by itself after it was lost. While it is connecting,
    calls wait; while it is lost or refused they raise `NotConnected` at once. Iterators of the port outlive a break:
    they pause, and go on when the line is back (kernel lines are not told twice; device events of the meantime are
    lost, so whoever follows those looks at everything again). Endpoints do not: their processor may have gone.
    """

    @property
    def connection(self) -> Connection:
        """The line as it is now."""
        ...

    def connections(self) -> AsyncIterator[Connection]:
        """It now and then whenever it differs; a slow reader is told the newest only. Ends when the host is closed."""
        ...

    async def log_told(self) -> None:
        """Return once `kernel_log` has been given what the log held when it was asked for, or there is none or no line.

        A line over a network has pauses: silence does not show that what is told now is new.
        """
        ...

    def reconnect(self) -> None:
        """Try again now, whatever was planned; nothing happens while it is connecting or connected."""
        ...
