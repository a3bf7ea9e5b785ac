"""Nodes below `/dev` that rpmsg makes for programs, and their devices in sysfs (drivers/rpmsg, drivers/tty)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rproc_tui.rpmsg.char_device import CharDevice
from rproc_tui.rpmsg.control_device import ControlDevice
from rproc_tui.rpmsg.tty_device import TtyDevice

CONTROL_MAJOR, ENDPOINT_MAJOR, TTY_MAJOR = 253, 254, 249
"""A kernel gives them out as they come."""

Behind: TypeAlias = CharDevice | ControlDevice | TtyDevice


@dataclass(frozen=True, slots=True)
class DevNode:
    """One node and what answers when it is opened."""

    name: str
    """`rpmsg0`, `rpmsg_ctrl0`, `ttyRPMSG0`."""
    subsystem: str
    """Its class: `rpmsg` or `tty`."""
    major: int
    minor: int
    parent: str
    """Path of the device it hangs from, below /sys."""
    devpath: str
    """Its own, below /sys."""
    behind: Behind

    @property
    def properties(self) -> dict[str, str]:
        """Of its events and its `uevent` file."""
        return {"MAJOR": str(self.major), "MINOR": str(self.minor), "DEVNAME": self.name}
