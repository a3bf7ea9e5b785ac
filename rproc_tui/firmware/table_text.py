"""The entries of a resource table as aligned rows."""

from __future__ import annotations

from collections.abc import Iterator

from rproc_tui.firmware.table_checks import vring_size
from rproc_tui.firmware.units import address_text, size_text
from rproc_tui.model.resource_table import (
    ADDRESS_ANY,
    VIRTIO_ID_NAMES,
    CarveoutEntry,
    DevmemEntry,
    Entry,
    RawEntry,
    ResourceTable,
    TraceEntry,
    VdevEntry,
    Vring,
    entry_type,
)

HEADINGS = ("#", "type", "name", "da", "length", "")
NAME_WIDTH = 32
RAW_SHOWN = 16
"""Bytes of an entry of unknown kind that a row shows."""
FEATURES = {0: "NS", 24: "NOTIFY_ON_EMPTY", 27: "ANY_LAYOUT", 28: "INDIRECT_DESC", 29: "EVENT_IDX"}
"""Feature bits of an rpmsg device and of its rings (linux/virtio_config.h, virtio_ring.h, virtio_rpmsg_bus.c)."""
RPMSG = 7


def table_rows(table: ResourceTable, most: int) -> list[str]:
    """A row of headings, then one for each of the first `most` entries and one for each of their vrings."""
    cells = [HEADINGS, *(row for entry in table.entries[:most] for row in _entry_cells(entry))]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADINGS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _entry_cells(entry: Entry) -> Iterator[tuple[str, ...]]:
    head = (str(entry.index), entry_type(entry))
    match entry:
        case CarveoutEntry() | DevmemEntry():
            more = f"pa {_address(entry.pa)}, flags {entry.flags:#x}"
            yield (*head, _clip(entry.name), _address(entry.da), size_text(entry.len), more)
        case TraceEntry():
            yield (*head, _clip(entry.name), _address(entry.da), size_text(entry.len), "")
        case VdevEntry():
            yield (*head, VIRTIO_ID_NAMES.get(entry.id, f"id {entry.id}"), "", "", _vdev_text(entry))
            for number, ring in enumerate(entry.vrings):
                yield _vring_cells(number, ring)
        case RawEntry():
            shown = entry.raw[:RAW_SHOWN].hex(" ", -4)
            yield (*head, f"type {entry.type_number}", "", "", shown + (" …" if len(entry.raw) > RAW_SHOWN else ""))


def _vring_cells(number: int, ring: Vring) -> tuple[str, ...]:
    size = size_text(vring_size(ring.num, ring.align)) if ring.num and ring.align else ""
    more = f"{ring.num} descriptors, align {ring.align}, notify {ring.notifyid}"
    return "", f"  vring{number}", "", _address(ring.da), size, more


def _vdev_text(entry: VdevEntry) -> str:
    parts = [f"offers {_features(entry)}"]
    if entry.gfeatures or entry.status:
        parts.append(f"accepted {entry.gfeatures:#x}, status {entry.status:#x}")
    if entry.config_len:
        parts.append(f"config {entry.config_len} bytes")
    if entry.num_of_vrings != len(entry.vrings):
        parts.append(f"{entry.num_of_vrings} vrings claimed")
    return ", ".join(parts)


def _features(entry: VdevEntry) -> str:
    """Names where all bits have one, else the number."""
    bits = [bit for bit in range(32) if entry.dfeatures >> bit & 1]
    if not bits:
        return "nothing"
    if entry.id != RPMSG or any(bit not in FEATURES for bit in bits):
        return f"{entry.dfeatures:#x}"
    return " ".join(FEATURES[bit] for bit in bits)


def _address(address: int) -> str:
    return "any" if address == ADDRESS_ANY else address_text(address)


def _clip(name: str) -> str:
    return name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…"
