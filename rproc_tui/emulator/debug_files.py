"""What the driver adds to a processor's debugfs folder, as the PRU driver does: `regs`, `mem`, `power` and so on."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping

from rproc_tui.emulator.machine.memory import MemoryMap
from rproc_tui.emulator.plan import DevicePlan
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.virtio_rpmsg import VirtioRpmsg
from rproc_tui.remoteproc.virtual_tree import VirtualFile

_MOST = 1 << 24
"""Bytes that one read of `mem` answers at most."""
_WORD_MOST = 0xFFFFFFFF


def registers_file(registers: Callable[[], Mapping[str, int]]) -> VirtualFile:
    """One `name value` a line; empty before the first start."""

    def read(offset: int, limit: int | None) -> bytes:
        text = "".join(f"{name} {value:#010x}\n" for name, value in registers().items()).encode()
        return text[offset : None if limit is None else offset + limit]

    return VirtualFile(0o400, read)


def memory_file(memory: MemoryMap, devices: tuple[DevicePlan, ...]) -> VirtualFile:
    """The processor's memory, by device address: up to the end of the region that the offset is in.

    EIO where a device is, EFAULT where nothing is.
    """

    def read(offset: int, limit: int | None) -> bytes:
        region = memory.region_at(offset)
        if region is None:
            number = errno.EIO if any(device.address <= offset < device.end for device in devices) else errno.EFAULT
            raise OSError(number, os.strerror(number))
        length = min(region.end - offset, _MOST if limit is None else limit)
        start = offset - region.address
        return bytes(region.view[start : start + length])

    return VirtualFile(0o400, read)


def power_file(rproc: Rproc) -> VirtualFile:
    """The count of power references, which a kernel keeps to itself."""

    def read(offset: int, limit: int | None) -> bytes:
        text = f"{rproc.power}\n".encode()
        return text[offset : None if limit is None else offset + limit]

    return VirtualFile(0o400, read)


def vrings_file(rproc: Rproc) -> VirtualFile:
    """How full the rings of its rpmsg devices are: one line a ring, counted as `rpmsg.statistics.RingFill` counts."""

    def read(offset: int, limit: int | None) -> bytes:
        text = "".join(_ring_lines(rproc)).encode()
        return text[offset : None if limit is None else offset + limit]

    return VirtualFile(0o400, read)


def _ring_lines(rproc: Rproc) -> Iterator[str]:
    for vdev in tuple(rproc.children):
        driver = None if vdev.virtio is None else vdev.virtio.driver
        if isinstance(driver, VirtioRpmsg) and driver.bus is not None:
            bus, now = driver.bus, driver.bus.statistics()
            rings = (("input", now.receive, now.received_messages), ("output", now.send, now.sent_messages))
            for name, ring, messages in rings:
                counts = f"size {ring.size} free {ring.free} waiting {ring.waiting} returned {ring.returned}"
                yield f"{bus.name} {name} {counts} messages {messages}\n"


def mailbox_file(post: Callable[[int], None]) -> VirtualFile:
    """Takes a number in any base (`0x102`, `258`): a word for the firmware's mailbox. EINVAL for anything else."""

    def write(data: bytes) -> None:
        try:
            word = int(data.strip(b" \t\r\n\0"), 0)
        except ValueError:
            word = -1
        if not 0 <= word <= _WORD_MOST:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        post(word)

    return VirtualFile(0o200, write=write)
