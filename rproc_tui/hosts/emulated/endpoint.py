"""The emulated board's messages on the event loop: what the devices of rpmsg_char, rpmsg_ctrl and rpmsg_tty do."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os

from rproc_tui.hosts.base import Endpoint
from rproc_tui.remoteproc.dev_node import Behind
from rproc_tui.rpmsg.char_device import CharDevice
from rproc_tui.rpmsg.control_device import ControlDevice
from rproc_tui.rpmsg.tty_device import TtyDevice

READ_MOST = 65_536
"""Bytes of one read; messages are far shorter."""


def open_node(behind: Behind, name: str, source: int, destination: int) -> Endpoint:
    """Open a node, or make one through a control device; to be called on the event loop. OSError as open(2)."""
    match behind:
        case ControlDevice():
            return CharEndpoint(behind.create_endpoint(name, source, destination), made=True)
        case CharDevice():
            return CharEndpoint(behind, made=False)
        case TtyDevice():
            return TtyEndpoint(behind)
        case _:
            raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))


class _Bell:
    """Rings on the event loop when something came, on whatever thread that was."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def ring(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
            self._loop.call_soon_threadsafe(self._rung.set)

    def silence(self) -> None:
        self._rung.clear()

    async def wait(self) -> None:
        await self._rung.wait()


class CharEndpoint:
    """`/dev/rpmsgN` as one program has it open."""

    def __init__(self, device: CharDevice, *, made: bool) -> None:
        """Open it; what was `made` for this program goes when it closes."""
        self._device = device
        self._made = made
        self._bell = _Bell()
        device.open()  # where that fails, what was made stays, as in a kernel: only who has it open may destroy it
        device.on_change = self._bell.ring

    async def send(self, data: bytes) -> None:
        """At once where a buffer is free, else on a thread, as the kernel blocks."""
        try:
            self._device.write(data, nonblocking=True)
        except BlockingIOError:
            await asyncio.to_thread(self._device.write, data)

    async def receive(self) -> bytes:
        """One message."""
        await asyncio.sleep(0)  # a flood of messages leaves room for others on the loop
        while True:
            self._bell.silence()
            try:
                return self._device.read(READ_MOST, nonblocking=True)
            except BlockingIOError:
                await self._bell.wait()

    async def close(self) -> None:
        """On a thread: a message that arrives just now is waited for."""
        self._device.on_change = None
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._device.close()
        if self._made:
            self._device.destroy()


class TtyEndpoint:
    """`/dev/ttyRPMSGN` as one program has it open."""

    def __init__(self, device: TtyDevice) -> None:
        self._device = device
        self._bell = _Bell()
        device.on_change = self._bell.ring

    async def send(self, data: bytes) -> None:
        """In messages of at most 496 bytes; OSError: EIO when only a part was taken or the line has hung up."""
        if self._device.write(data) != len(data):
            raise OSError(errno.EIO, "only a part was taken")

    async def receive(self) -> bytes:
        """What has come; a line that hung up answers EIO."""
        await asyncio.sleep(0)
        while True:
            self._bell.silence()
            try:
                data = self._device.read(READ_MOST, nonblocking=True)
            except BlockingIOError:
                await self._bell.wait()
                continue
            if not data:
                raise OSError(errno.EIO, "the line has hung up")
            return data

    async def close(self) -> None:
        """Hear no more."""
        self._device.on_change = None
