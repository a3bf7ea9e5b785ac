"""What a line of the kernel's log says about a remote processor, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rproc_tui.model.kernel_log import KernelLine


class Kind(StrEnum):
    """What happened, in the order of a life."""

    AVAILABLE = "available"
    """Registered: a driver was bound, its counters begin anew."""
    RELEASED = "released"
    """Gone."""
    POWERING_UP = "powering_up"
    FIRMWARE_FOUND = "firmware_found"
    """`firmware`: the file that is loaded (Debian's kernels say so)."""
    FIRMWARE_MISSING = "firmware_missing"
    """`firmware`, `errno`: one search for it failed; others may follow."""
    FIRMWARE_FALLBACK = "firmware_fallback"
    """`firmware`: the kernel now waits, up to 60 s, for user space to hand it over."""
    REQUEST_FAILED = "request_failed"
    """`errno`: no firmware, for good."""
    BOOTING = "booting"
    """`firmware` and its size in `number`; both None where an image was in memory before."""
    UP = "up"
    ATTACHING = "attaching"
    ATTACHED = "attached"
    DETACHED = "detached"
    STOPPED = "stopped"
    STEP_FAILED = "step_failed"
    """`errno`: one step of booting, attaching or recovering failed."""
    BOOT_FAILED = "boot_failed"
    """`errno`: what the write of `start` answered."""
    STOP_FAILED = "stop_failed"
    """`errno`."""
    DETACH_FAILED = "detach_failed"
    """`errno`."""
    FAULT = "fault"
    """`detail`: the driver's own words for what the remote side reported (`fatal error received: …`)."""
    CRASH_DETECTED = "crash_detected"
    """`detail`: mmufault, watchdog, fatal error or unknown."""
    CRASH_HANDLED = "crash_handled"
    """`number`: the crash's number since the driver was bound. May come before CRASH_DETECTED."""
    RECOVERING = "recovering"
    DUMP_READ = "dump_read"
    """`number`: bytes of an inline dump that somebody read."""
    VIRTIO_REGISTERED = "virtio_registered"
    """`detail`: `virtio0`; `number`: its device id (7 is rpmsg)."""
    BUS_ONLINE = "bus_online"
    """`detail`: `virtio0`."""
    CHANNEL_CREATED = "channel_created"
    """`detail`: the channel's name; `number`: its address."""
    CHANNEL_DESTROYED = "channel_destroyed"
    """The same."""
    DRIVER_FAILED = "driver_failed"
    """`detail`, `errno`: a driver did not take a device, or what a device lacks."""
    OOPS = "oops"
    """The kernel itself crashed in code of remoteproc."""
    OTHER = "other"
    """About a processor, and none of the above."""


@dataclass(frozen=True, slots=True)
class KernelFact:
    """One thing that the kernel said."""

    kind: Kind
    line: KernelLine
    id: str | None = None
    """`remoteproc0`, where the line or the known processors tell."""
    device: str | None = None
    """The device that the line is printed for: `5c010000.m4`, `virtio0`, `rproc-virtio.2.auto`."""
    name: str | None = None
    """The processor's name in the text."""
    firmware: str | None = None
    number: int | None = None
    errno: int | None = None
    """Positive."""
    detail: str | None = None
