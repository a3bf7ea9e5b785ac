"""The driver's side of a processor: what a platform driver offers the framework (`struct rproc_ops`).

A driver is any object with some of these methods; one that it lacks is a NULL callback of the kernel. A method fails by
raising OSError with the errno that the kernel's callback would return.

The loader's five belong together: a driver without `load` gets all of `load`, `parse_fw`, `find_loaded_rsc_table`,
`sanity_check` and `get_boot_addr` from the ELF loader, whatever it has of its own; a driver with `load` keeps exactly
those that it brings, and the steps that it lacks are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


class RprocOps(Protocol):
    """Every callback a driver can have; each takes the processor first."""

    def start(self, rproc: Rproc) -> None:
        """Release the processor from reset at `rproc.bootaddr`. It executes before virtio devices exist."""
        ...

    def stop(self, rproc: Rproc) -> None:
        """Put it back in reset."""
        ...

    def prepare(self, rproc: Rproc) -> None:
        """Before anything is loaded: power, and the carveouts of the device tree (`rproc.add_carveout`)."""
        ...

    def unprepare(self, rproc: Rproc) -> None:
        """Undo `prepare`, after everything is released."""
        ...

    def attach(self, rproc: Rproc) -> None:
        """Take over a processor that runs already."""
        ...

    def detach(self, rproc: Rproc) -> None:
        """Let it run on without us."""
        ...

    def kick(self, rproc: Rproc, notifyid: int) -> None:
        """Tell the remote side that a ring has something for it."""
        ...

    def da_to_va(self, rproc: Rproc, da: int, length: int) -> memoryview | None:
        """Memory by device address, where the driver knows it (TCM); None leaves it to the carveouts."""
        ...

    def load(self, rproc: Rproc, image: bytes) -> None:
        """Put the segments where they belong."""
        ...

    def parse_fw(self, rproc: Rproc, image: bytes) -> None:
        """Find the resource table and hand it to `rproc.set_cached_table`."""
        ...

    def find_loaded_rsc_table(self, rproc: Rproc, image: bytes) -> memoryview | None:
        """The table in the memory of the processor, after loading; None when it cannot be reached."""
        ...

    def get_loaded_rsc_table(self, rproc: Rproc) -> memoryview | None:
        """The table of a processor that runs already; None when it has none."""
        ...

    def sanity_check(self, rproc: Rproc, image: bytes) -> None:
        """Refuse an image that is no firmware for this processor."""
        ...

    def get_boot_addr(self, rproc: Rproc, image: bytes) -> int:
        """Where it begins to execute."""
        ...

    def handle_rsc(self, rproc: Rproc, type_number: int, payload: memoryview, offset: int) -> bool:
        """Look at a vendor resource; False when it is not for this driver."""
        ...

    def coredump(self, rproc: Rproc) -> None:
        """Make a dump in the driver's own way."""
        ...
