"""Whether the kernel would keep the memory of a processor that crashes (drivers/base/devcoredump.c)."""

from __future__ import annotations

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.linux.reading import Reading, try_line

DISABLED = f"{paths.DEVCOREDUMP}/disabled"
"""`1` once somebody has written that: nothing switches it back."""


async def read_disabled(host: Host) -> Reading:
    """The switch of the class."""
    return await try_line(host, DISABLED)


def judge(disabled: Reading) -> Check:
    """One line."""
    if disabled.gone:
        detail = "this kernel keeps no dump of a processor that crashes"
        cure = "build the kernel with CONFIG_ALLOW_DEV_COREDUMP=y"
        return Check(Topic.KERNEL, "devcoredump", Status.MISSING, detail, cure)
    if disabled.text == "1":
        detail = f"switched off by {DISABLED}: no dump of a processor that crashes"
        cure = "reboot, and find out who writes it: it cannot be switched on again"
        return Check(Topic.KERNEL, "devcoredump", Status.BROKEN, detail, cure)
    return Check(Topic.KERNEL, "devcoredump", Status.OK, "there; each processor has its own switch (`coredump`)")
