"""Taking a processor down: `rproc_shutdown`, `rproc_detach` and what they call, in the kernel's order."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from rproc_tui.model.processor import State
from rproc_tui.remoteproc import cleanup, subdevices
from rproc_tui.remoteproc.errors import failure

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


def shutdown(rproc: Rproc) -> None:
    """Give back a power reference; the last one stops it and lets go of everything."""
    with rproc.lock:
        if rproc.state not in rproc.environment.profile.stops_in:
            raise failure(errno.EINVAL)
        rproc.power -= 1
        if rproc.power > 0:
            return
        try:
            stop(rproc, crashed=rproc.state is State.CRASHED)
        except OSError:
            rproc.power += 1
            raise
        let_go(rproc)
        rproc.table_size = 0


def detach(rproc: Rproc) -> None:
    """Give back a power reference; the last one lets an attached processor run on alone."""
    with rproc.lock:
        if rproc.state is not State.ATTACHED:
            raise failure(errno.EINVAL)
        rproc.power -= 1
        if rproc.power > 0:
            return
        try:
            leave(rproc)
        except OSError:
            rproc.power += 1
            raise
        let_go(rproc)


def let_go(rproc: Rproc) -> None:
    """Everything that a boot acquired."""
    cleanup.release_resources(rproc)
    cleanup.power_off(rproc)
    cleanup.forget_table(rproc)


def stop(rproc: Rproc, *, crashed: bool) -> None:
    """`rproc_stop`: virtio devices, then the processor. Resources stay."""
    if rproc.ops.stop is None:
        raise failure(errno.EINVAL)
    subdevices.stop(rproc, crashed=crashed)
    _table_on_stop(rproc)
    with rproc.printk.on_failure("can't stop rproc"):
        rproc.ops.stop(rproc)
    subdevices.unprepare(rproc)
    rproc.autonomous = False
    rproc.state = State.OFFLINE
    rproc.printk.info(f"stopped remote processor {rproc.name}")


def leave(rproc: Rproc) -> None:
    """`__rproc_detach`: virtio devices, then the driver's farewell. Resources stay."""
    if rproc.ops.detach is None:
        raise failure(errno.EINVAL)
    subdevices.stop(rproc, crashed=False)
    with rproc.printk.on_failure("can't reset resource table"):
        _table_on_detach(rproc)
    with rproc.printk.on_failure("can't detach from rproc"):
        rproc.ops.detach(rproc)
    subdevices.unprepare(rproc)
    rproc.state = State.DETACHED
    rproc.printk.info(f"detached remote processor {rproc.name}")


def _table_on_stop(rproc: Rproc) -> None:
    """The processor's copy is out of reach from now on; of a table that was only attached to, a copy is made."""
    if rproc.table is None:
        return
    if rproc.cached_table is None:
        rproc.cached_table = bytearray(rproc.table)
        rproc.clean_table = None
    rproc.table = memoryview(rproc.cached_table)


def _table_on_detach(rproc: Rproc) -> None:
    """Put the table back as it was found, and go on with a copy of what became of it."""
    if rproc.table is None:
        return
    if rproc.clean_table is None:
        raise failure(errno.EINVAL)
    live = rproc.table
    rproc.cached_table = bytearray(live)
    rproc.table = memoryview(rproc.cached_table)
    live[:] = rproc.clean_table
