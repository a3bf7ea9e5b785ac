"""OpenAMP's life cycle of a processor (openamp/remoteproc.h), as its master was in May 2026.

The calls have OpenAMP's names without `remoteproc_`, and take the processor first. `codes` says how they fail.
"""

from __future__ import annotations

from rproc_tui.model.openamp_state import OpenampState
from rproc_tui.remoteproc.openamp.codes import OpenampError, ReturnCode
from rproc_tui.remoteproc.openamp.driver_ops import DriverOps
from rproc_tui.remoteproc.openamp.image_store import SUPPORT_SEEK, ImageStore, Target
from rproc_tui.remoteproc.openamp.io_region import IoRegion
from rproc_tui.remoteproc.openamp.life_cycle import config, init, remove, shutdown, start, stop
from rproc_tui.remoteproc.openamp.loading import load
from rproc_tui.remoteproc.openamp.loading_noblock import Step, load_noblock
from rproc_tui.remoteproc.openamp.memory import (
    Lookup,
    Mapping,
    Memory,
    add_mem,
    get_io_with_da,
    get_io_with_name,
    get_io_with_pa,
    get_io_with_va,
    init_mem,
    mmap,
)
from rproc_tui.remoteproc.openamp.remoteproc import Remoteproc
from rproc_tui.remoteproc.openamp.resource_table import set_rsc_table
from rproc_tui.remoteproc.openamp.stores import SeekableStore, StreamingStore
from rproc_tui.remoteproc.openamp.virtio import create_virtio, get_notification, remove_virtio
from rproc_tui.remoteproc.openamp.virtio_device import Role, VirtioDevice

__all__ = [
    "SUPPORT_SEEK",
    "DriverOps",
    "ImageStore",
    "IoRegion",
    "Lookup",
    "Mapping",
    "Memory",
    "OpenampError",
    "OpenampState",
    "Remoteproc",
    "ReturnCode",
    "Role",
    "SeekableStore",
    "Step",
    "StreamingStore",
    "Target",
    "VirtioDevice",
    "add_mem",
    "config",
    "create_virtio",
    "get_io_with_da",
    "get_io_with_name",
    "get_io_with_pa",
    "get_io_with_va",
    "get_notification",
    "init",
    "init_mem",
    "load",
    "load_noblock",
    "mmap",
    "remove",
    "remove_virtio",
    "set_rsc_table",
    "shutdown",
    "start",
    "stop",
]
