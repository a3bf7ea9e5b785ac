"""Where Linux keeps what it shows of remote processors: sysfs, debugfs, the device tree, the firmware loader."""

from __future__ import annotations

import posixpath

CLASS = "/sys/class/remoteproc"
"""Links to the processors, by the kernel's name for them."""

DEBUGFS = "/sys/kernel/debug"

DEBUG = f"{DEBUGFS}/remoteproc"
"""Tables, carveouts and traces, one folder a processor; for root only as a rule."""

DEVCOREDUMP = "/sys/class/devcoredump"

DEVICE_TREE = "/sys/firmware/devicetree/base"

PROC_MODEL = "/proc/device-tree/model"
"""The board's name where sysfs shows no device tree."""

FIRMWARE_CLASS_PATH = "/sys/module/firmware_class/parameters/path"
"""The module parameter that comes first in the firmware search."""

LIB_FIRMWARE = "/lib/firmware"

OSRELEASE = "/proc/sys/kernel/osrelease"

SELF_STATUS = "/proc/self/status"
"""Who we are, on the machine whose files these are."""

PAGE = 4096
"""Bytes: the most that an attribute of sysfs can hold."""


def processor(processor_id: str) -> str:
    """The folder of a processor (a link to where its device is)."""
    return f"{CLASS}/{processor_id}"


def attribute(processor_id: str, name: str) -> str:
    """One file of its sysfs folder."""
    return f"{CLASS}/{processor_id}/{name}"


def debug_folder(processor_id: str) -> str:
    """Its folder in debugfs."""
    return f"{DEBUG}/{processor_id}"


def debug_file(processor_id: str, name: str) -> str:
    """One file of its debugfs folder."""
    return f"{DEBUG}/{processor_id}/{name}"


def character_device(processor_id: str) -> str:
    """The device that takes the same commands as `state`, on kernels that have it."""
    return f"/dev/{processor_id}"


def dump_data(dump: str) -> str:
    """The content of a coredump (`devcd3`)."""
    return f"{DEVCOREDUMP}/{dump}/data"


def follow(folder: str, target: str) -> str:
    """Where a link that is in `folder` (itself free of links) points: an absolute path."""
    return posixpath.normpath(posixpath.join(folder, target))
