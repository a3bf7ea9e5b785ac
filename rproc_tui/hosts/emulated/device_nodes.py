"""What programs open below /dev on the emulated board: each access is one open, one read or write, one close."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rproc_tui.remoteproc.cdev import ProcessorDevice
from rproc_tui.remoteproc.dev_node import Behind, DevNode
from rproc_tui.remoteproc.virtual_tree import Directory, Node, VirtualFile
from rproc_tui.rpmsg.char_device import CharDevice
from rproc_tui.rpmsg.tty_device import TtyDevice

MODE = 0o600
"""What devtmpfs gives every one of these nodes."""


@dataclass(frozen=True, slots=True)
class DeviceFile(VirtualFile):
    """A character device: stat(2) says so, and a method that it lacks answers EINVAL."""


def device_folder(nodes: Callable[[], Mapping[str, DevNode]]) -> Directory:
    """A folder that holds `dev` with the nodes that there are now."""

    def entries() -> Mapping[str, Node]:
        return {name: _file(node.behind) for name, node in nodes().items()}

    return Directory(lambda: {"dev": Directory(entries)})


def _file(behind: Behind) -> DeviceFile:
    match behind:
        case ProcessorDevice():
            return DeviceFile(MODE, lambda *_: _look_at_processor(behind), lambda data: _command(behind, data))
        case CharDevice():
            return DeviceFile(MODE, lambda _, limit: _receive(behind, limit), lambda data: _send(behind, data))
        case TtyDevice():
            return DeviceFile(MODE, lambda _, limit: _read_line(behind, limit), lambda data: _write_line(behind, data))
        case _:
            return DeviceFile(MODE)


def _look_at_processor(device: ProcessorDevice) -> bytes:
    """It cannot be read; the close that follows counts nevertheless."""
    device.release()
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def _command(device: ProcessorDevice, data: bytes) -> None:
    try:
        device.write(data)
    finally:
        device.release()


def _receive(device: CharDevice, limit: int | None) -> bytes:
    """The messages that wait, without their borders, up to `limit` bytes; EAGAIN when there is none."""
    device.open()
    try:
        return _drain(lambda size: device.read(size, nonblocking=True), limit)
    finally:
        device.close()


def _send(device: CharDevice, data: bytes) -> None:
    device.open()
    try:
        device.write(data)
    finally:
        device.close()


def _read_line(device: TtyDevice, limit: int | None) -> bytes:
    return _drain(lambda size: device.read(size, nonblocking=True), limit)


def _write_line(device: TtyDevice, data: bytes) -> None:
    if device.write(data) != len(data):
        raise OSError(errno.EIO, "only a part was taken")


CHUNK = 1 << 20
"""Bytes of one read(2)."""


def _drain(read: Callable[[int], bytes], limit: int | None) -> bytes:
    """What is there, by as many reads as it takes, as `file_access.read_file` reads."""
    parts: list[bytes] = []
    left = CHUNK if limit is None else limit
    while left > 0:
        try:
            part = read(left)
        except BlockingIOError:
            if parts:
                break
            raise
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
