"""The platform device that a processor hangs from, and the memory that it can be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DmaMemory:
    """A stretch of coherent memory: zeroed, and seen by both sides at once."""

    dma: int
    """Bus address: what goes into descriptors and, truncated, into the table."""
    view: memoryview
    """The memory itself, writable, of format "B"."""


class DmaPool(Protocol):
    """Where a device's coherent memory comes from (`dma_alloc_coherent`)."""

    def alloc(self, size: int) -> DmaMemory | None:
        """Page-aligned and zeroed; None when there is no room."""
        ...

    def free(self, memory: DmaMemory) -> None:
        """Give it back."""
        ...


@dataclass(frozen=True, slots=True)
class Device:
    """A platform device with its driver."""

    name: str
    """`10000000.m4`"""
    driver: str
    """`stm32-rproc`"""
    pool: DmaPool
    of_node: str | None = None
    """Path of its node in the device tree (`/soc/m4@10000000`)."""
    compatible: tuple[str, ...] = ()
    """Of that node."""
    phandle: int | None = None
    """Of that node: how other drivers find the processor."""

    @property
    def devpath(self) -> str:
        """Below /sys."""
        return f"/devices/platform/{self.name}"

    @property
    def modalias(self) -> str:
        """`platform:vrproc`, or by device tree `of:Nm4T(null)Cst,stm32mp1-m4`."""
        if self.of_node is None:
            return f"platform:{self.driver}"
        return f"of:N{self._node_name}T(null)" + "".join(f"C{word}" for word in self.compatible)

    @property
    def uevent_properties(self) -> dict[str, str]:
        """Properties of its events, and lines of its `uevent` file, while its driver is bound."""
        out = {"DRIVER": self.driver}
        if self.of_node is not None:
            out |= {"OF_NAME": self._node_name, "OF_FULLNAME": self.of_node}
            out |= {f"OF_COMPATIBLE_{index}": word for index, word in enumerate(self.compatible)}
            out["OF_COMPATIBLE_N"] = str(len(self.compatible))
        return out | {"MODALIAS": self.modalias}

    @property
    def _node_name(self) -> str:
        """The node's name without its address."""
        return (self.of_node or "").rsplit("/", 1)[-1].split("@", 1)[0]
