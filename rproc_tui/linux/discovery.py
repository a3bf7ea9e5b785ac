"""Which remote processors there are, and which device each of them is.

Numbers are reused, move from boot to boot and have gaps; names repeat. The parent device is what stays.
"""

from __future__ import annotations

import posixpath
import re

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.reading import try_link, try_list

PROCESSORS_MOST = 1024
"""Processors that are looked at; the kernel's numbers are dense, boards have up to about twenty."""

_ID = re.compile(r"remoteproc([0-9]{1,6})")


def number_of(processor_id: str) -> int:
    """Its number; ValueError for what is no name of a processor."""
    match = _ID.fullmatch(processor_id)
    if match is None:
        raise ValueError(f"{processor_id!r} is no name of a remote processor")
    return int(match.group(1))


def _in_order(names: list[str]) -> tuple[str, ...]:
    """Only processors, by number: a folder's own order puts 10 before 2."""
    return tuple(sorted(filter(_ID.fullmatch, names), key=number_of)[:PROCESSORS_MOST])


async def processor_ids(host: Host) -> tuple[str, ...]:
    """Every processor (`remoteproc0` …), in numeric order.

    FileNotFoundError: the kernel has no such class. Kernels before 4.11 may show processors in debugfs alone.
    """
    try:
        found = _in_order(await host.list(paths.CLASS))
    except FileNotFoundError:
        found = _in_order(await try_list(host, paths.DEBUG))
        if not found:
            raise
    return found


async def own_path(host: Host, processor_id: str) -> str:
    """The processor's own folder below /sys, free of links as far as the class tells."""
    entry = paths.processor(processor_id)
    target = await try_link(host, entry)
    return entry if target is None else paths.follow(paths.CLASS, target)


async def device_path(host: Host, processor_id: str) -> str:
    """Its identity: the path of the parent device below /sys (`/sys/devices/platform/10000000.m4`).

    A processor that no device can be found for (debugfs alone) is known by its own path.
    """
    own = await own_path(host, processor_id)
    folder = posixpath.dirname(own)
    if folder == paths.CLASS:
        target = await try_link(host, f"{own}/device")
        return own if target is None else paths.follow(own, target)
    # The driver core puts a folder named after the class between a device and its class devices.
    return posixpath.dirname(folder) if posixpath.basename(folder) == "remoteproc" else folder
