"""Whether sysfs can be written at all here, and whether a udev daemon would apply a rule."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.doctor.attributes import COMMANDED, facts_or_none
from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.linux.doctor.mounts import Mount, covering
from rproc_tui.linux.doctor.udev_rule import CONTROL, GROUP


@dataclass(frozen=True, slots=True)
class Sysfs:
    """How sysfs is mounted, and who looks after device nodes."""

    mount: Mount | None
    """None where the machine does not tell."""
    udev: bool


async def read_sysfs(host: Host, mounts: tuple[Mount, ...]) -> Sysfs:
    """Both."""
    return Sysfs(covering(mounts, paths.CLASS), await facts_or_none(host, CONTROL) is not None)


def judge(found: Sysfs) -> list[Check]:
    """Nothing where the machine tells nothing."""
    return [] if found.mount is None else [_mounted(found.mount), _udev(present=found.udev)]


def _mounted(mount: Mount) -> Check:
    if not mount.read_only:
        return Check(Topic.PERMISSIONS, "sysfs", Status.OK, "may be written", needed=True)
    detail = "mounted read-only, as in a container: no processor can be commanded through it"
    cure = (
        "`mount -o remount,rw /sys`, or start the container with `-v /sys:/sys`; with `--device /dev/remoteproc0` "
        "booting and stopping work through the device"
    )
    return Check(Topic.PERMISSIONS, "sysfs", Status.BROKEN, detail, cure, needed=True)


def _udev(*, present: bool) -> Check:
    if present:
        return Check(Topic.PERMISSIONS, "udev", Status.OK, "running: a rule can give permissions to a group")
    files = " ".join(f"*/{name}" for name in COMMANDED)
    cure = (
        "to let a group command processors without one, run at every boot, as root: "
        f"`cd {paths.CLASS}; chgrp {GROUP} {files}; chmod g=u {files}`"
    )
    detail = "no daemon is running here: nothing applies a udev rule"
    return Check(Topic.PERMISSIONS, "udev", Status.MISSING, detail, cure)
