"""Why a processor shows no rpmsg channels, in one sentence with what to do."""

from __future__ import annotations

from rproc_tui.model.processor import Processor
from rproc_tui.model.resource_table import STATUS_DRIVER_OK, VdevEntry

RPMSG_ID = 7
"""Virtio's number of rpmsg devices."""
NAME_SERVICE = 1 << 0
"""Feature: the firmware may announce channels."""


def why_no_channels(processor: Processor) -> str | None:
    """None where there are channels."""
    if processor.rpmsg.channels:
        return None
    name = processor.name
    if not processor.state.is_up:
        return f"{name} is {processor.state}: channels come with its firmware, `boot` it first"
    if processor.resource_table is None:
        return f"no channel on the bus, and the resource table of {name} cannot be seen: it may have no rpmsg device"
    return _of_devices(name, [entry for entry in processor.resource_table.entries if isinstance(entry, VdevEntry)])


def _of_devices(name: str, vdevs: list[VdevEntry]) -> str:
    devices = [vdev for vdev in vdevs if vdev.id == RPMSG_ID]
    if not devices:
        return f"the firmware of {name} has no rpmsg device: its resource table has no vdev of type {RPMSG_ID}"
    if not any(vdev.status & STATUS_DRIVER_OK for vdev in devices):
        return f"no driver has the rpmsg device of {name}: is virtio_rpmsg_bus loaded?"
    if not any(vdev.gfeatures & NAME_SERVICE for vdev in devices):
        return f"the firmware of {name} has no name service: it announces no channels"
    return f"the firmware of {name} has announced no channel so far"
