"""The kernel's device events, by netlink and without a udev daemon."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator

from rproc_tui.hosts.readable import readable
from rproc_tui.model.kernel_log import Uevent
from rproc_tui.sanitise import sanitise


async def uevents() -> AsyncIterator[Uevent]:
    """Each event from now on; OSError(ENOSYS) where libudev is missing."""
    try:
        import pyudev  # noqa: PLC0415 (14 ms that only a live screen needs)

        monitor = pyudev.Monitor.from_netlink(pyudev.Context(), source="kernel")
    except ImportError as error:
        raise OSError(errno.ENOSYS, "libudev is missing: devices that come and go are seen late") from error
    monitor.start()
    while True:
        await readable(monitor.fileno())
        while (device := monitor.poll(timeout=0)) is not None:
            yield Uevent(
                action=sanitise(device.action or ""),
                devpath=device.device_path,
                subsystem=sanitise(device.subsystem or ""),
                properties={key: sanitise(value) for key, value in device.properties.items()},
            )
