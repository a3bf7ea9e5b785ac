"""The IOMMU in front of a processor, where it has one: enabled on boot, mapped by carveouts and devmem entries."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Protocol

from rproc_tui.remoteproc.errors import failure

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


class Iommu(Protocol):
    """A domain that the driver hands in as `rproc.iommu`. Everything raises OSError with the kernel's errno."""

    def attach(self) -> None:
        """Translate the device's accesses from now on."""
        ...

    def detach(self) -> None:
        """Translate no more."""
        ...

    def map(self, da: int, pa: int, length: int, flags: int) -> None:
        """Make a stretch of memory appear at a device address."""
        ...

    def unmap(self, da: int, length: int) -> int:
        """Take it away; the answer is how many bytes were mapped."""
        ...


def enable(rproc: Rproc) -> None:
    """Allocate and attach the domain; nothing to do for a processor without `has_iommu`."""
    if not rproc.has_iommu:
        return
    if rproc.iommu is None:
        rproc.printk.error("can't alloc iommu domain")
        raise failure(errno.ENOMEM)
    with rproc.printk.on_failure("can't attach iommu device"):
        rproc.iommu.attach()
    rproc.domain = rproc.iommu


def disable(rproc: Rproc) -> None:
    """Detach the domain, if there is one."""
    if rproc.domain is not None:
        rproc.domain.detach()
        rproc.domain = None


def map_in(rproc: Rproc, da: int, pa: int, length: int, flags: int) -> None:
    """Map and remember it for the clean-up."""
    assert rproc.domain is not None
    rproc.domain.map(da, pa, length, flags)
    rproc.mappings.append((da, length))


def unmap_all(rproc: Rproc) -> None:
    """Take away every mapping; one that is not there any more is only complained about."""
    for da, length in rproc.mappings:
        unmapped = rproc.domain.unmap(da, length) if rproc.domain is not None else 0
        if unmapped != length:
            rproc.printk.error(f"failed to unmap {length:x}/{unmapped}")
    rproc.mappings.clear()
