"""Whether debugfs can be read (fs/debugfs, security/lockdown): traces, tables and carveouts are nowhere else."""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.linux.doctor.mounts import Mount
from rproc_tui.linux.reading import reason, try_line
from rproc_tui.sanitise import sanitise

LOCKDOWN = "/sys/kernel/security/lockdown"
COMMAND_LINE = "/proc/cmdline"

_CHOSEN = re.compile(r"\[(\w+)\]")
_SWITCH = re.compile(r"(?:^|\s)debugfs=(off|no-mount)(?:\s|$)")
_LOST = "no trace, no live resource table, no crash on purpose"


@dataclass(frozen=True, slots=True)
class DebugFiles:
    """What the machine answers about debugfs."""

    names: frozenset[str] | None
    """What lies in it; None when it cannot be listed."""
    error: OSError | None = None
    """What listing it gave."""
    mount: Mount | None = None
    """Where it is mounted, wherever that is."""
    lockdown: str | None = None
    """`none`, `integrity` or `confidentiality`; None where the kernel does not tell."""
    switched: str | None = None
    """`off` or `no-mount` on the kernel's command line."""


async def read_debug_files(host: Host, mounts: tuple[Mount, ...]) -> DebugFiles:
    """All of it; nothing raises."""
    mount = next((mount for mount in reversed(mounts) if mount.kind == "debugfs"), None)
    lockdown = _CHOSEN.search((await try_line(host, LOCKDOWN)).text or "")
    switched = _SWITCH.search((await try_line(host, COMMAND_LINE)).text or "")
    known = (mount, lockdown and lockdown[1], switched and switched[1])
    try:
        return DebugFiles(frozenset(await host.list(paths.DEBUGFS)), None, *known)
    except OSError as error:
        return DebugFiles(None, error, *known)


def judge(found: DebugFiles, processors: int) -> list[Check]:
    """Lockdown, where the kernel knows it, and debugfs."""
    lockdown = [] if found.lockdown is None else [_lockdown(found.lockdown)]
    return [*lockdown, _debugfs(found, processors)]


def _lockdown(mode: str) -> Check:
    if mode == "none":
        return Check(Topic.KERNEL, "lockdown", Status.OK, "off")
    detail = (
        f"{mode}: debugfs takes no commands, not even from root, so no crash on purpose; what can only be read stays"
    )
    cure = "boot without `lockdown=` on the kernel's command line, or without Secure Boot where that turns it on"
    return Check(Topic.KERNEL, "lockdown", Status.BROKEN, detail, cure)


def _debugfs(found: DebugFiles, processors: int) -> Check:
    if found.names is None:
        return _missing(*_unlisted(found))
    if not found.names:
        return _missing(*_empty(found))
    if "remoteproc" not in found.names and processors:
        cure = f"`mount -t debugfs none {paths.DEBUGFS}` if something else is mounted there"
        return _missing(f"{paths.DEBUGFS} shows no remote processors: {_LOST}", cure)
    return Check(Topic.KERNEL, "debugfs", Status.OK, "mounted and readable")


def _missing(detail: str, cure: str) -> Check:
    return Check(Topic.KERNEL, "debugfs", Status.MISSING, detail, cure)


def _unlisted(found: DebugFiles) -> tuple[str, str]:
    number = 0 if found.error is None else found.error.errno
    if number == errno.EACCES:
        cure = (
            "run as root to see them; no udev rule can give them away, they are made anew at each boot of a processor"
        )
        return f"only root may read {paths.DEBUGFS}: {_LOST}", cure
    if number in (errno.ENOENT, errno.ENOTDIR):
        return f"this kernel has none: {_LOST}", "build the kernel with CONFIG_DEBUG_FS=y"
    return reason(paths.DEBUGFS, found.error or OSError(0, "")), "run as root"


def _empty(found: DebugFiles) -> tuple[str, str]:
    if found.switched is not None:
        detail = f"switched away by debugfs={found.switched} on the kernel's command line: {_LOST}"
        return detail, f"boot without debugfs={found.switched}"
    if found.mount is not None and found.mount.place != paths.DEBUGFS:
        detail = f"mounted on {sanitise(found.mount.place)}, looked for at {paths.DEBUGFS}"
        return detail, f"`mount -t debugfs none {paths.DEBUGFS}`; it may be mounted twice"
    return f"not mounted: {_LOST}", f"`mount -t debugfs none {paths.DEBUGFS}`; at every boot: a line in /etc/fstab"
