"""Bringing a processor up: `rproc_boot` and what it calls, in the kernel's order, with the kernel's undo."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING

from rproc_tui.model.processor import State
from rproc_tui.remoteproc import cleanup, iommu, subdevices
from rproc_tui.remoteproc.allocation import alloc_registered_carveouts
from rproc_tui.remoteproc.errors import failure
from rproc_tui.remoteproc.firmware_loader import request_firmware
from rproc_tui.remoteproc.resources import handle_resources

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


def boot(rproc: Rproc, image: bytes | None = None) -> None:
    """Take a power reference and, if it is the first, boot or attach. An image that is at hand is not read again."""
    with rproc.lock:
        if rproc.deleting:
            rproc.printk.error(f"{rproc.environment.profile.boot_of_deleted} {rproc.name}")
            raise failure(errno.ENODEV)
        rproc.power += 1
        if rproc.power > 1:
            return
        try:
            if rproc.state is State.DETACHED:
                rproc.printk.info(f"attaching to {rproc.name}")
                attach(rproc)
            else:
                rproc.printk.info(f"powering up {rproc.name}")
                _boot_firmware(rproc, image if image is not None else load_firmware(rproc))
        except BaseException:  # a driver in Python may fail in other ways than a kernel's
            rproc.power -= 1
            raise


def load_firmware(rproc: Rproc) -> bytes:
    """The content of its firmware file."""
    with rproc.printk.on_failure("request_firmware failed"):
        return request_firmware(rproc.registry.firmware, rproc.printk, rproc.firmware)


def _boot_firmware(rproc: Rproc, image: bytes) -> None:
    """`rproc_fw_boot`: what goes wrong before the table is parsed leaves the driver's carveouts behind."""
    if rproc.ops.sanity_check is not None:
        rproc.ops.sanity_check(rproc, image)
    rproc.printk.info(f"Booting fw image {rproc.firmware}, size {len(image)}")
    power_on(rproc)
    try:
        rproc.bootaddr = rproc.ops.get_boot_addr(rproc, image) if rproc.ops.get_boot_addr is not None else 0
        if rproc.ops.parse_fw is not None:
            rproc.ops.parse_fw(rproc, image)
        try:
            _acquire_resources(rproc)
            start(rproc, image)
        except BaseException:
            cleanup.release_resources(rproc)
            cleanup.forget_table(rproc)
            raise
    except BaseException:
        cleanup.power_off(rproc)
        raise


def power_on(rproc: Rproc) -> None:
    """IOMMU, then the driver's `prepare`."""
    with rproc.printk.on_failure("can't enable iommu"):
        iommu.enable(rproc)
    try:
        with rproc.printk.on_failure(f"can't prepare rproc {rproc.name}"):
            if rproc.ops.prepare is not None:
                rproc.ops.prepare(rproc)
    except BaseException:
        iommu.disable(rproc)
        raise


def _acquire_resources(rproc: Rproc) -> None:
    """Go through the table, then allocate what was registered."""
    rproc.vdev_count = 0
    with rproc.printk.on_failure("Failed to process resources"):
        handle_resources(rproc)
    with rproc.printk.on_failure("Failed to allocate associated carveouts"):
        alloc_registered_carveouts(rproc)


def start(rproc: Rproc, image: bytes) -> None:
    """`rproc_start`: segments, the loaded table, the processor, the virtio devices. Recovery repeats only this."""
    with rproc.printk.on_failure("Failed to load program segments"):
        rproc.ops.load(rproc, image)
    _move_table(rproc, image)
    try:
        assert rproc.ops.start is not None  # `add` refuses a processor without
        _bring_up(rproc, rproc.ops.start, f"can't start rproc {rproc.name}")
    except BaseException:
        rproc.table = None if rproc.cached_table is None else memoryview(rproc.cached_table)
        raise
    rproc.state = State.RUNNING
    rproc.printk.info(f"remote processor {rproc.name} is now up")


def _move_table(rproc: Rproc, image: bytes) -> None:
    """Copy the table to where the image has its own, and go on with that one.

    The kernel copies as many bytes as the cached table has, whatever the section's size; where that many cannot be
    reached, the processor does not get to see the table.
    """
    if rproc.ops.find_loaded_rsc_table is None:
        return
    loaded = rproc.ops.find_loaded_rsc_table(rproc, image)
    if loaded is None or len(loaded) < rproc.table_size:
        return
    if rproc.cached_table is not None:
        loaded[: rproc.table_size] = rproc.cached_table
    rproc.table = loaded


def _bring_up(rproc: Rproc, release: Callable[[Rproc], None] | None, complaint: str) -> None:
    """Let the processor run, or take it over, between the moments of its subdevices: it runs before they start."""
    with rproc.printk.on_failure(f"failed to prepare subdevices for {rproc.name}"):
        subdevices.prepare(rproc)
    try:
        with rproc.printk.on_failure(complaint):
            if release is not None:
                release(rproc)
        try:
            with rproc.printk.on_failure(f"failed to probe subdevices for {rproc.name}"):
                subdevices.start(rproc)
        except BaseException:
            cleanup.stop_regardless(rproc)
            raise
    except BaseException:
        subdevices.unprepare(rproc)
        raise


def attach(rproc: Rproc) -> None:
    """`rproc_attach`: the same without an image; the table is worked on where the processor has it."""
    power_on(rproc)
    try:
        _take_table(rproc)
        _acquire_resources(rproc)
        join(rproc)
    except BaseException:
        cleanup.release_resources(rproc)
        rproc.clean_table = None
        cleanup.power_off(rproc)
        raise


def _take_table(rproc: Rproc) -> None:
    """Where the running firmware has its table; a copy is kept when it is possible to detach again."""
    if rproc.ops.get_loaded_rsc_table is None:
        return
    complaint = "can't load resource table"
    with rproc.printk.on_failure(complaint), rproc.printk.on_failure(complaint):  # the caller's and its own
        table = rproc.ops.get_loaded_rsc_table(rproc)
    if table is None:
        return
    rproc.clean_table = bytes(table) if rproc.ops.detach is not None else None
    rproc.cached_table = None
    rproc.table = table
    rproc.table_size = len(table)


def join(rproc: Rproc) -> None:
    """`__rproc_attach`: take over the processor and start the virtio devices."""
    _bring_up(rproc, rproc.ops.attach, f"can't attach to rproc {rproc.name}")
    rproc.autonomous = rproc.environment.profile.attached_shows_running
    rproc.state = State.RUNNING if rproc.autonomous else State.ATTACHED
    rproc.printk.info(f"remote processor {rproc.name} is now attached")
