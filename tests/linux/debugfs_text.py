"""Prints tables and carveouts as the kernel's remoteproc_debugfs.c does."""

from __future__ import annotations

from rproc_tui.model.memory import Region
from rproc_tui.model.resource_table import (
    CarveoutEntry,
    DevmemEntry,
    Entry,
    ResourceTable,
    TraceEntry,
    VdevEntry,
    Vring,
    entry_type,
)


def signed(value: int) -> int:
    """What `%d` makes of a u32."""
    return value - (1 << 32) if value >> 31 else value


def table_text(table: ResourceTable | None, header: str = "00000000ceea85c7") -> bytes:
    if table is None:
        return b"No resource table found\n"
    return "".join(_entry(entry, header) for entry in table.entries).encode()


def _entry(entry: Entry, header: str) -> str:
    head = f"Entry {entry.index} is of type {entry_type(entry)}\n"
    match entry:
        case CarveoutEntry() | DevmemEntry():
            return (
                f"{head}  Device Address {entry.da:#x}\n  Physical Address {entry.pa:#x}\n"
                f"  Length {entry.len:#x} Bytes\n  Flags {entry.flags:#x}\n"
                f"  Reserved (should be zero) [0]\n  Name {entry.name}\n\n"
            )
        case TraceEntry():
            return (
                f"{head}  Device Address {entry.da:#x}\n  Length {entry.len:#x} Bytes\n"
                f"  Reserved (should be zero) [0]\n  Name {entry.name}\n\n"
            )
        case VdevEntry():
            return _vdev(entry, head)
        case _:
            return f"Unknown resource type found: {signed(entry.type_number)} [hdr: {header}]\n"


def _vdev(entry: VdevEntry, head: str) -> str:
    rings = "".join(_vring(number, vring) for number, vring in enumerate(entry.vrings))
    return (
        f"{head}  ID {signed(entry.id)}\n  Notify ID {signed(entry.notifyid)}\n"
        f"  Device features {entry.dfeatures:#x}\n  Guest features {entry.gfeatures:#x}\n"
        f"  Config length {entry.config_len:#x}\n  Status {entry.status:#x}\n"
        f"  Number of vrings {entry.num_of_vrings}\n  Reserved (should be zero) [0][0]\n\n{rings}"
    )


def _vring(number: int, vring: Vring) -> str:
    return (
        f"  Vring {number}\n    Device Address {vring.da:#x}\n    Alignment {signed(vring.align)}\n"
        f"    Number of buffers {signed(vring.num)}\n    Notify ID {signed(vring.notifyid)}\n"
        f"    Physical Address {vring.pa:#x}\n\n"
    )


def carveout_text(regions: tuple[Region, ...], digits: int = 16) -> bytes:
    return "".join(
        f"Carveout memory entry:\n\tName: {region.name}\n\tVirtual address: {'0' * digits}\n"
        f"\tDMA address: 0x{region.pa or 0:0{digits}x}\n\tDevice address: {region.da:#x}\n"
        f"\tLength: {region.size:#x} Bytes\n\n"
        for region in regions
    ).encode()
