"""Whether the kernel has the remoteproc framework, and any processor in it."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.discovery import processor_ids
from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.linux.doctor.kernel_config import Config
from rproc_tui.linux.reading import try_bytes, try_line
from rproc_tui.sanitise import sanitise_bytes

DEFERRED = f"{paths.DEBUGFS}/devices_deferred"
"""Devices whose drivers wait for something (drivers/base/dd.c); for root only."""

DEFERRED_SHOWN = 4
DEFERRED_MOST = 16 * 1024

_NAMES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Found:
    """What the class shows."""

    there: bool
    """Whether the kernel has the class at all."""
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """As the processors call themselves, in the same order."""
    deferred: tuple[str, ...] = ()
    """Devices whose drivers wait; read only when there is no processor."""


async def read_class(host: Host) -> Found:
    """What there is now."""
    try:
        ids = await processor_ids(host)
    except OSError:
        return Found(there=False)
    if not ids:
        return Found(there=True, deferred=_devices(await try_bytes(host, DEFERRED, DEFERRED_MOST) or b""))
    names = [(await try_line(host, paths.attribute(one, "name"))).text or one for one in ids]
    return Found(there=True, ids=ids, names=tuple(names))


def _devices(content: bytes) -> tuple[str, ...]:
    """The first word of each line; behind it stands why."""
    lines = [sanitise_bytes(line.split(b"\t")[0], limit=80) for line in content.split(b"\n")]
    return tuple(filter(None, lines))[:DEFERRED_SHOWN]


def judge(found: Found, config: Config | None, loaded: frozenset[str]) -> Check:
    """One line; nothing can be done without a processor."""
    name = "remoteproc class"
    if found.ids:
        count = len(found.ids)
        more = "" if count <= _NAMES_SHOWN else f" and {count - _NAMES_SHOWN} more"
        detail = f"{count} processor{'s' if count > 1 else ''}: {', '.join(found.names[:_NAMES_SHOWN])}{more}"
        return Check(Topic.KERNEL, name, Status.OK, detail, needed=True)
    if found.there:
        waiting = f"; waiting for something else: {', '.join(found.deferred)}" if found.deferred else ""
        detail = f"{paths.CLASS} is empty: no driver has found a processor{waiting}"
        cure = (
            'set `status = "okay"` at the processor\'s node of the device tree, load its driver, and look for its name '
            f"in `dmesg` and in {DEFERRED}"
        )
        return Check(Topic.KERNEL, name, Status.MISSING, detail, cure, needed=True)
    detail = f"{paths.CLASS} is not there"
    return Check(Topic.KERNEL, name, Status.MISSING, detail, _no_class(config, loaded), needed=True)


def _no_class(config: Config | None, loaded: frozenset[str]) -> str:
    demo = "`rproc-tui --demo` brings a board"
    value = None if config is None else config.get("REMOTEPROC", "n")
    if value == "n":
        return f"build the kernel with CONFIG_REMOTEPROC=y and the driver of your system-on-chip; {demo}"
    if value == "m" and "remoteproc" not in loaded:
        return f"load the driver of your system-on-chip: `modprobe stm32_rproc`, `modprobe imx_rproc` and so on; {demo}"
    return f"load the driver of your system-on-chip, or build the kernel with CONFIG_REMOTEPROC=y; {demo}"
