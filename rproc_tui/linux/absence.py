"""Why a machine shows no remote processor, told apart, and what to do about it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from rproc_tui.errors import LineLost
from rproc_tui.hosts.base import Host, HostKind
from rproc_tui.linux import paths
from rproc_tui.linux.reading import GONE, reason, try_list

DOCTOR = "`rproc-tui doctor` looks further: kernel options, firmware path, permissions"
DEMO = "try the bundled board: rproc-tui --demo"
NEXT = (DOCTOR, DEMO)
CONTAINER_MARKS = ("/run/.containerenv", "/.dockerenv", "/run/systemd/container")
"""Files that podman, docker and systemd leave in a container."""


@dataclass(frozen=True, slots=True)
class Absence:
    """One sentence of what is so, and some of what to do."""

    error: str
    advice: tuple[str, ...]


NO_FRAMEWORK = Absence(
    "no remote processor here: /sys/class/remoteproc is not there",
    ("the kernel has no remoteproc framework, or its driver is not loaded (CONFIG_REMOTEPROC, lsmod)", *NEXT),
)
NO_PROCESSOR = Absence(
    "no remote processor here: /sys/class/remoteproc is empty",
    ("the framework is there; enable the processor's node in the device tree (status) and load its driver", *NEXT),
)
NO_SYSFS = Absence(
    "no remote processor here: /sys/class/remoteproc is not there, nor is any other class",
    ("mount -t sysfs none /sys; a container is given the machine's with -v /sys:/sys", *NEXT),
)
NO_TREE = Absence(
    "no remote processor here: the folder has no sys/class/remoteproc",
    ("--root wants the folder in which `sys` is", *NEXT),
)
IN_A_CONTAINER = "this is a container: give it the machine's processors with -v /sys:/sys --device /dev/kmsg"


async def why_none(host: Host, error: OSError | None) -> Absence:
    """`error` is what listing the class gave; None where the list is empty."""
    if error is None:
        return NO_PROCESSOR
    if isinstance(error, LineLost):
        return Absence(f"no remote processor can be seen: {error.message}", ())
    if error.errno not in GONE:
        return Absence(f"no remote processor can be seen: {reason(paths.CLASS, error)}", ("run as root", *NEXT))
    if not await try_list(host, posixpath.dirname(paths.CLASS)):
        return NO_TREE if host.kind is HostKind.ROOT else NO_SYSFS
    if await _in_a_container(host):
        return Absence(NO_FRAMEWORK.error, (NO_FRAMEWORK.advice[0], IN_A_CONTAINER, *NEXT))
    return NO_FRAMEWORK


async def _in_a_container(host: Host) -> bool:
    for mark in CONTAINER_MARKS:
        try:
            await host.stat(mark)
        except OSError:
            continue
        return True
    return False
