"""What a kernel says by itself: lines of its log and events of its devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KernelLine:
    """One record of the kernel's log (Documentation/ABI/testing/dev-kmsg)."""

    sequence: int
    """Grows by one a record; a gap means that records were lost."""
    seconds: float
    """Since that machine's boot."""
    level: int
    """0 emergency … 3 error, 4 warning, 5 notice, 6 info, 7 debug."""
    text: str
    """Sanitised; with the prefix of driver and device (`remoteproc remoteproc0: powering up m4`)."""
    subsystem: str | None = None
    """SUBSYSTEM= of the record, where it has one."""
    device: str | None = None
    """DEVICE= of the record, as written (`+remoteproc:remoteproc0`, `c251:0`), where it has one."""


@dataclass(frozen=True, slots=True)
class Uevent:
    """One device event of the kernel."""

    action: str
    """add, remove, bind, unbind, change …"""
    devpath: str
    """Below /sys, with a leading slash."""
    subsystem: str
    properties: Mapping[str, str] = field(default_factory=dict)
