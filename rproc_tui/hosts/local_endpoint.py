"""Messages of this machine's kernel: the ioctls of `/dev/rpmsg_ctrlN` and the devices that come of them.

The format is that of include/uapi/linux/rpmsg.h. The kernel does not say which device it made: it is the new one below
the control device with the name and addresses that were asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import select
import struct

from rproc_tui.hosts.base import Endpoint
from rproc_tui.hosts.own_thread import on_own_thread
from rproc_tui.rpmsg.addresses import signed

CREATE_ENDPOINT = 0x4028B501
DESTROY_ENDPOINT = 0x0000B502
CONTROL_PREFIX = "rpmsg_ctrl"
CLASS = "/sys/class/rpmsg"
NAME_MOST = 31
"""Bytes; one more ends the name."""
READ_MOST = 65_536
"""Bytes of one read; messages are far shorter."""

_INFO = struct.Struct("=32sII")


async def open_endpoint(path: str, name: str, source: int, destination: int) -> Endpoint:
    """Open a node, or make one through a control device. OSError as open(2) and ioctl(2)."""
    if not os.path.basename(path).startswith(CONTROL_PREFIX):
        return LocalEndpoint(await asyncio.to_thread(_open, path), made=False)
    made = await asyncio.to_thread(_create, path, endpoint_info(name, source, destination))
    return LocalEndpoint(made, made=True)


def endpoint_info(name: str, source: int, destination: int) -> bytes:
    """`struct rpmsg_endpoint_info`, 40 bytes."""
    return _INFO.pack(os.fsencode(name)[:NAME_MOST], source & 0xFFFFFFFF, destination & 0xFFFFFFFF)


def endpoint_made(folder: str, before: frozenset[str], info: bytes) -> str:
    """Name of the device that appeared in a control device's folder for a request; ENOENT when none did."""
    name, *addresses = _INFO.unpack(info)
    wanted = [name.rstrip(b"\0"), *(b"%d" % signed(address) for address in addresses)]
    for new in sorted(set(os.listdir(folder)) - before):
        with contextlib.suppress(OSError):
            if [_attribute(f"{folder}/{new}/{attribute}") for attribute in ("name", "src", "dst")] == wanted:
                return new
    raise FileNotFoundError(errno.ENOENT, "the kernel made no endpoint", folder)


def _attribute(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(64).strip()


def _create(path: str, info: bytes) -> int:
    folder = f"{CLASS}/{os.path.basename(path)}"
    control = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        before = frozenset(os.listdir(folder))
        fcntl.ioctl(control, CREATE_ENDPOINT, info)
        return _open(f"/dev/{endpoint_made(folder, before, info)}")
    finally:
        os.close(control)


def _open(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)


def _is_gone(descriptor: int) -> bool:
    """Whether the device went with its channel. A kernel before 6.12 that is asked to destroy it then falls over."""
    poll = select.poll()
    poll.register(descriptor, 0)
    return bool(poll.poll(0))


class LocalEndpoint:
    """An open `/dev/rpmsgN` or `/dev/ttyRPMSGN`. The descriptor blocks: writing waits for a buffer, on a thread."""

    def __init__(self, descriptor: int, *, made: bool) -> None:
        self._descriptor = descriptor
        self._made = made
        self._is_line = os.isatty(descriptor)

    async def send(self, data: bytes) -> None:
        """One write(2) a message; a line may take it in parts."""
        while True:
            written = await on_own_thread(os.write, self._descriptor, data)
            data = data[written:]
            if not data:
                return

    async def receive(self) -> bytes:
        """Wait until there is something, then one read(2). Nothing is an empty message, or the end of a line."""
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self._descriptor, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._descriptor)
        data = os.read(self._descriptor, READ_MOST)
        if not data and self._is_line:
            raise OSError(errno.EIO, "the line has hung up")
        return data

    async def close(self) -> None:
        """Close, and take away what was made, unless that went by itself."""
        with contextlib.suppress(OSError):  # gone already
            if self._made and not _is_gone(self._descriptor):
                fcntl.ioctl(self._descriptor, DESTROY_ENDPOINT)
        os.close(self._descriptor)
