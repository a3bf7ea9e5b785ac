"""The kernel's device events, by netlink and without a udev daemon: through libudev, or where that is missing by hand.

A message is `ACTION@DEVPATH` and then `KEY=value`, each ended by NUL (lib/kobject_uevent.c).
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator

from rproc_tui.hosts.readable import readable
from rproc_tui.model.kernel_log import Uevent
from rproc_tui.sanitise import sanitise, sanitise_bytes

NETLINK_KOBJECT_UEVENT = 15
KERNEL_GROUP = 1
"""The multicast group of the kernel's own events; udev's are 2."""

KERNEL_PORT = 0
"""Who sends: the kernel has no port of its own. Anybody else may send to us, and is not believed."""

MESSAGE_MOST = 16 * 1024
"""Bytes of one event; the kernel's buffer has 2048."""

BUFFER = 1024 * 1024
"""Bytes that wait while the loop is busy: a board with a hundred channels comes up at once."""


async def uevents() -> AsyncIterator[Uevent]:
    """Each event from now on; OSError where no netlink socket may be opened."""
    try:
        import pyudev  # noqa: PLC0415 (14 ms that only a live screen needs)

        monitor = pyudev.Monitor.from_netlink(pyudev.Context(), source="kernel")
    except ImportError:  # pyudev, or the library that it looks for
        async for event in uevents_by_hand():
            yield event
        return
    monitor.start()
    while True:
        await readable(monitor.fileno())
        while (device := monitor.poll(timeout=0)) is not None:
            yield Uevent(
                action=sanitise(device.action or ""),
                devpath=device.device_path,
                subsystem=sanitise(device.subsystem or ""),
                properties={key: sanitise(_as_sent(key, value)) for key, value in device.properties.items()},
            )
            await asyncio.sleep(0)  # events may come faster than they are read: everybody else has a turn


def _as_sent(key: str, value: str) -> str:
    """A property as the kernel sent it: libudev puts the folder before the name of a node."""
    return value.removeprefix("/dev/") if key == "DEVNAME" else value


async def uevents_by_hand() -> AsyncIterator[Uevent]:
    """The same from a socket of our own."""
    with contextlib.closing(listen()) as listener:
        while True:
            await readable(listener.fileno())
            event = receive(listener)
            if event is not None:
                yield event


def listen() -> socket.socket:
    """A socket that hears the kernel's events; OSError where none may be opened."""
    listener = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    try:
        listener.bind((0, KERNEL_GROUP))
    except OSError:
        listener.close()
        raise
    return listener


def receive(listener: socket.socket) -> Uevent | None:
    """What has come; None for what is no event of the kernel."""
    try:
        message, sender = listener.recvfrom(MESSAGE_MOST)
    except BlockingIOError:
        return None
    except OSError as error:
        if error.errno != errno.ENOBUFS:  # ENOBUFS: more came than was read; go on
            raise
        return None
    return parse(message) if sender[0] == KERNEL_PORT else None


def parse(message: bytes) -> Uevent | None:
    """One message; None for what is none."""
    head, *fields = message.split(b"\0")
    properties = dict(field.partition(b"=")[::2] for field in fields if b"=" in field)
    action, found, devpath = head.partition(b"@")
    if not found or properties.get(b"ACTION") != action or properties.get(b"DEVPATH") != devpath:
        return None
    return Uevent(
        action=sanitise_bytes(action),
        devpath=sanitise_bytes(devpath),
        subsystem=sanitise_bytes(properties.get(b"SUBSYSTEM", b"")),
        properties={sanitise_bytes(key): sanitise_bytes(value) for key, value in properties.items()},
    )
