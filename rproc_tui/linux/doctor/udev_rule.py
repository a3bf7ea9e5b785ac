"""The udev rule (udev(7)) that lets a group command remote processors, and how it is put to use.

A rule gives device nodes a group by GROUP and MODE; attributes of sysfs are no nodes, so programs change them. `g=u`
gives the group what the owner has: an attribute that a driver made read-only stays so. Processors that their driver
keeps to the kernel are passed over. Dumps are given away only where the device that failed is a remote processor (it
has `recovery`): other drivers dump there too.
"""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.linux.doctor.attributes import COMMANDED
from rproc_tui.linux.permissions import KEPT_BY_THE_KERNEL

GROUP = "remoteproc"
"""The group, as BeagleBoard's images call it too."""

PATH = "/etc/udev/rules.d/70-rproc-tui.rules"
"""Behind the distribution's own rules (50), so that these have the last word."""

CONTROL = "/run/udev/control"
"""The socket of a running systemd-udevd or eudev."""

_SUBSYSTEMS = ("remoteproc", "rpmsg", "devcoredump")


def _programs(files: str) -> str:
    return f'RUN+="/bin/chgrp {GROUP} {files}", RUN+="/bin/chmod g=u {files}"'


_ATTRIBUTES = " ".join(f"/sys%p/{name}" for name in COMMANDED)

TEXT = f"""\
# Lets the group `{GROUP}` command remote processors, talk to them, and read their dumps. Printed by `rproc-tui doctor`.
ACTION=="remove", GOTO="rproc_tui_end"
SUBSYSTEM=="remoteproc", DRIVERS=="{"|".join(sorted(KEPT_BY_THE_KERNEL))}", GOTO="rproc_tui_end"
SUBSYSTEM=="remoteproc", GROUP="{GROUP}", MODE="0660"
SUBSYSTEM=="remoteproc", {_programs(_ATTRIBUTES)}
SUBSYSTEM=="rpmsg", KERNEL=="rpmsg[0-9]*|rpmsg_ctrl[0-9]*", GROUP="{GROUP}", MODE="0660"
SUBSYSTEM=="devcoredump", TEST=="failing_device/recovery", {_programs("/sys%p/data")}
LABEL="rproc_tui_end"
"""
"""The rule's file."""


@dataclass(frozen=True, slots=True)
class UdevRule:
    """What to install, for whom, and how."""

    path: str
    group: str
    text: str
    commands: tuple[str, ...]
    """For a shell, in order."""


def rule_for(user: str) -> UdevRule:
    """The rule for one user; the group must be there before udev reads it."""
    matches = " ".join(f"--subsystem-match={subsystem}" for subsystem in _SUBSYSTEMS)
    commands = (
        f"sudo groupadd --system --force {GROUP}",
        f"rproc-tui doctor --udev-rule | sudo tee {PATH}",
        "sudo udevadm control --reload",
        f"sudo udevadm trigger {matches}",
        f"sudo usermod -aG {GROUP} {user}    # then log in again",
    )
    return UdevRule(PATH, GROUP, TEXT, commands)
