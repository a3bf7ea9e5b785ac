"""Whether a missing firmware file makes `start` wait for a helper (drivers/base/firmware_loader/fallback.c)."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.linux.doctor.kernel_config import Config
from rproc_tui.linux.reading import try_line

FORCE = "/proc/sys/kernel/firmware_config/force_sysfs_fallback"
IGNORE = "/proc/sys/kernel/firmware_config/ignore_sysfs_fallback"
TIMEOUT = "/sys/class/firmware/timeout"


@dataclass(frozen=True, slots=True)
class UserHelper:
    """Its switches; None where there are none."""

    force: str | None
    ignore: str | None
    timeout: str | None
    """Seconds."""


async def read_user_helper(host: Host) -> UserHelper:
    """As they are now."""
    force, ignore, timeout = [(await try_line(host, path)).text for path in (FORCE, IGNORE, TIMEOUT)]
    return UserHelper(force, ignore, timeout)


def judge(found: UserHelper, config: Config | None) -> list[Check]:
    """One line where anything is known; the switch starts as the kernel was built."""
    name = "firmware fallback"
    built = None if config is None else config.get("FW_LOADER_USER_HELPER_FALLBACK") == "y"
    waits = built if found.force is None else found.force == "1"
    if waits is None:
        return []
    if not waits or found.ignore == "1":
        return [Check(Topic.FIRMWARE, name, Status.OK, "off: a missing file fails at once")]
    detail = f"a missing file makes `start` wait up to {found.timeout or '60'} s for a helper that is rarely there"
    cure = "`sysctl kernel.firmware_config.ignore_sysfs_fallback=1`"
    return [Check(Topic.FIRMWARE, name, Status.BROKEN, detail, cure)]
