"""What a machine does not show of its processors or does not let us do with them: a sentence each, for the whole host.

The doctor looks further and knows cures; these are the few things that a look at the screen would wonder about.
"""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import Sequence

from rproc_tui.hosts.base import Host
from rproc_tui.linux import debugfs, paths
from rproc_tui.linux.doctor.mounts import covering, read_mounts
from rproc_tui.linux.reading import GONE, reason, try_line

LOCKDOWN = "/sys/kernel/security/lockdown"

NO_DUMPS = "this kernel has no devcoredump, so a crash leaves no dump"
DUMPS_OFF = f"dumps are switched off until a reboot ({paths.DEVCOREDUMP}/disabled), so a crash leaves none"
READ_ONLY = "sysfs is mounted read-only, as in a container: processors can be seen and not commanded"
BY_DEVICE = (
    "sysfs is mounted read-only, as in a container: boot, stop and detach go through /dev/remoteprocN, "
    "nothing else can be set"
)
NOT_COUNTED = "so crashes are not counted and a failed boot cannot be explained"

_CHOSEN = re.compile(r"\[(integrity|confidentiality)\]")


async def limits(host: Host, ids: Sequence[str]) -> tuple[str, ...]:
    """Everything that is not as it is for root on a common kernel."""
    found = await asyncio.gather(_sysfs(host, ids), _debugfs(host), _lockdown(host), _dumps(host))
    return tuple(sentence for sentence in found if sentence is not None)


async def sysfs_is_read_only(host: Host) -> bool:
    """Whether no attribute can be written, whatever its mode says."""
    mount = covering(await read_mounts(host), paths.CLASS)
    return mount is not None and mount.read_only


async def _sysfs(host: Host, ids: Sequence[str]) -> str | None:
    if not await sysfs_is_read_only(host):
        return None
    devices = [await _exists(host, paths.character_device(one)) for one in ids]
    return BY_DEVICE if any(devices) else READ_ONLY


async def _debugfs(host: Host) -> str | None:
    try:
        await host.list(paths.DEBUG)
    except OSError as error:
        return await debugfs.trouble(host, error)
    return None


async def _lockdown(host: Host) -> str | None:
    """Files that can only be read stay readable (fs/debugfs/file.c); `crash` is none of them."""
    chosen = _CHOSEN.search((await try_line(host, LOCKDOWN)).text or "")
    if chosen is None:
        return None
    return f"the kernel is locked down ({chosen[1]}): debugfs takes no commands, so no crash on purpose"


async def _dumps(host: Host) -> str | None:
    switch = await try_line(host, f"{paths.DEVCOREDUMP}/disabled")
    if switch.gone:
        return NO_DUMPS
    return DUMPS_OFF if switch.text == "1" else None


async def boot_id(host: Host) -> str | None:
    """Which boot of the machine this is, in the kernel's word for it; None where it does not tell."""
    return (await try_line(host, "/proc/sys/kernel/random/boot_id")).text or None


async def in_user_namespace(host: Host) -> bool:
    """Whether the kernel may send us no device events though it lets us listen: rootless containers."""
    mapped = (await try_line(host, "/proc/self/uid_map")).text
    return mapped is not None and mapped.split() != ["0", "0", "4294967295"]


async def _exists(host: Host, path: str) -> bool:
    try:
        await host.stat(path)
    except OSError:
        return False
    return True


def no_log(error: OSError) -> str:
    """Why the kernel's log cannot be had, /dev/kmsg and the files of /var/log being closed alike."""
    if error.errno == errno.EPERM:
        return f"the kernel's log is for root only (kernel.dmesg_restrict), {NOT_COUNTED}"
    if error.errno == errno.EACCES:
        return f"the kernel's log may not be read by this user, {NOT_COUNTED}"
    if error.errno in GONE:
        return f"there is no kernel log here (no /dev/kmsg, no kern.log), {NOT_COUNTED}"
    return f"{reason('the kernel log', error)}, {NOT_COUNTED}"


def no_events(error: OSError, every: float) -> str:
    """Why device events cannot be heard; they are looked for every so many seconds instead."""
    return f"{reason('device events', error).replace('read', 'heard')}, so what comes and goes is seen {every:g} s late"
