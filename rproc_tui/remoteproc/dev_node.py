"""Nodes below `/dev` and what answers there: processors, and what rpmsg makes for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rproc_tui.remoteproc.cdev import ProcessorDevice
from rproc_tui.rpmsg.char_device import CharDevice
from rproc_tui.rpmsg.control_device import ControlDevice
from rproc_tui.rpmsg.tty_device import TtyDevice

CONTROL_MAJOR, ENDPOINT_MAJOR, TTY_MAJOR = 253, 254, 249
"""A kernel gives them out as they come."""

Behind: TypeAlias = CharDevice | ControlDevice | TtyDevice | ProcessorDevice


@dataclass(frozen=True, slots=True)
class DevNode:
    """One node and what answers when it is opened."""

    name: str
    """`remoteproc0`, `rpmsg0`, `rpmsg_ctrl0`, `ttyRPMSG0`."""
    subsystem: str
    """Its class: `remoteproc`, `rpmsg` or `tty`."""
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
