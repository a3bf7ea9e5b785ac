"""Letting go of what a boot acquired (`rproc_resource_cleanup` and its neighbours)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rproc_tui.remoteproc import iommu

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


def release_resources(rproc: Rproc) -> None:
    """Trace files, IOMMU mappings, carveouts (the driver's too), vdevs, dump segments."""
    rproc.traces.clear()
    iommu.unmap_all(rproc)
    for carveout in tuple(rproc.carveouts):
        if carveout.release is not None:
            carveout.release(rproc, carveout)
    rproc.carveouts.clear()
    for vdev in tuple(rproc.vdevs):
        vdev.unregister()
    rproc.dump_segments.clear()


def power_off(rproc: Rproc) -> None:
    """The driver's `unprepare`, then the IOMMU. What `unprepare` answers is not looked at."""
    if rproc.ops.unprepare is not None:
        with contextlib.suppress(OSError):
            rproc.ops.unprepare(rproc)
    iommu.disable(rproc)


def forget_table(rproc: Rproc) -> None:
    """Free the copy; nothing has a table then."""
    rproc.table = None
    rproc.cached_table = None


def stop_regardless(rproc: Rproc) -> None:
    """Stop a processor whose start went wrong later on; what `stop` answers is not looked at."""
    if rproc.ops.stop is not None:
        with contextlib.suppress(OSError):
            rproc.ops.stop(rproc)
