"""Which machine the suite asks, and how its host is made.

The environment variable `RPROC_TUI_CONFORMANCE` names one:

- `emulated:v6.1` (any profile): the emulated board. Without the variable it is asked as two kernels.
- `local`: the machine that the suite itself runs on, as root and with the module `vrproc`.
- `agent:COMMAND`: what an agent on the standard streams of a command shows.
- `shell:COMMAND`: the emulated board, mounted, through the shell agent in a shell (`shell:busybox ash`).
- `shell-here:COMMAND`: as `local`, its files through the shell agent.
- `socket:PATH`: what an agent behind a Unix socket shows, which is how the kernel under QEMU is asked.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import replace

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.emulated.firmware_mount import FirmwareMount
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.emulated.kernel import SoftKernel
from rproc_tui.hosts.local import LocalHost
from rproc_tui.remoteproc.profile import PROFILES
from tests.conformance.behind_agent import behind_command, behind_socket
from tests.conformance.behind_shell import behind_shell, behind_shell_here
from tests.conformance.processor import DRIVER
from tests.conformance.vr_board import VrBoard

VARIABLE = "RPROC_TUI_CONFORMANCE"
USUAL = ("emulated:v6.1", "emulated:v6.12")


def targets() -> tuple[str, ...]:
    """The machines of this run."""
    wanted = os.environ.get(VARIABLE)
    return (wanted,) if wanted else USUAL


def name_of(target: str) -> str:
    """How a machine is called in the names of the tests."""
    return target if target.startswith("emulated:") else target.partition(":")[0]


async def make_host(target: str, firmware_folder: str) -> Host:
    """The host of a target; `firmware_folder` stands for its /lib/firmware where it has none of its own."""
    kind, _, rest = target.partition(":")
    if kind == "emulated" and rest in PROFILES:
        return emulated(rest, firmware_folder)
    if target == "local":
        if not os.path.isdir(DRIVER):
            raise pytest.UsageError(
                f"{VARIABLE}=local: {DRIVER} is missing, and no other driver's processors are asked"
            )
        return LocalHost()
    if kind == "agent":
        return await behind_command(shlex.split(rest))
    if kind == "shell":
        return await behind_shell(shlex.split(rest), emulated("v6.12", firmware_folder))
    if kind == "shell-here":
        return await behind_shell_here(shlex.split(rest))
    if kind == "socket":
        return await behind_socket(rest)
    raise pytest.UsageError(
        f"{VARIABLE}={target}: emulated:PROFILE, local, agent:, shell: or socket:; profiles: {', '.join(PROFILES)}"
    )


class HastyHost(EmulatedHost):
    """An emulated board on which slow things can be told to be done."""

    def __init__(self, board: VrBoard, kernel: SoftKernel, firmware: FirmwareMount) -> None:
        super().__init__("conformance", board, kernel, firmware)
        self.hurry = board.hurry


def emulated(profile: str, firmware_folder: str) -> HastyHost:
    """Three virtual processors on a kernel configured as the lab's: character devices, no packed firmware."""
    configured = replace(PROFILES[profile], firmware_suffixes=("",), character_device=True)
    mount = FirmwareMount(firmware_folder)
    return HastyHost(VrBoard(), SoftKernel(configured, SystemClock(), mount), mount)
