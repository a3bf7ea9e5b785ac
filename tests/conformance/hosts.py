"""Which machine the suite asks, and how its host is made.

The environment variable `RPROC_TUI_CONFORMANCE` names one: `emulated:v6.1` (any profile), `local` for the machine that
the suite itself runs on, as root and with the module `vrproc`, or `agent:COMMAND` for a machine behind an agent.
Without it the emulated board answers as two kernels, one after the other.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.emulated.firmware_mount import FirmwareMount
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.emulated.kernel import SoftKernel
from rproc_tui.hosts.local import LocalHost
from rproc_tui.remoteproc.profile import PROFILES
from tests.conformance.vr_board import VrBoard

VARIABLE = "RPROC_TUI_CONFORMANCE"
USUAL = ("emulated:v6.1", "emulated:v6.12")


def targets() -> tuple[str, ...]:
    """The machines of this run."""
    wanted = os.environ.get(VARIABLE)
    return (wanted,) if wanted else USUAL


def make_host(target: str, firmware_folder: str) -> Host:
    """The host of a target; `firmware_folder` stands for its /lib/firmware where it has none of its own."""
    kind, _, rest = target.partition(":")
    if kind == "emulated" and rest in PROFILES:
        return _emulated(rest, firmware_folder)
    if target == "local":
        return LocalHost()
    if kind == "agent":
        raise pytest.UsageError(f"{VARIABLE}={target}: no host speaks to an agent yet")
    raise pytest.UsageError(
        f"{VARIABLE}={target}: emulated:PROFILE, local or agent:COMMAND; profiles: {', '.join(PROFILES)}"
    )


def _emulated(profile: str, firmware_folder: str) -> EmulatedHost:
    """Three virtual processors on a kernel configured as the lab's: character devices, no packed firmware."""
    configured = replace(PROFILES[profile], firmware_suffixes=("",), character_device=True)
    mount = FirmwareMount(firmware_folder)
    return EmulatedHost("conformance", VrBoard(), SoftKernel(configured, SystemClock(), mount), mount)
