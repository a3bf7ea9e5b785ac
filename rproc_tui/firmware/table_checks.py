"""What is odd about a resource table although each entry can be read; most of it the kernel never says."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from rproc_tui.firmware.findings import Findings
from rproc_tui.firmware.table_entries import NAME_SIZE_COMPARED, VRING_SIZE, VRINGS_MOST
from rproc_tui.model.resource_table import (
    ADDRESS_ANY,
    VIRTIO_ID_NAMES,
    CarveoutEntry,
    DevmemEntry,
    Entry,
    RawEntry,
    TraceEntry,
    VdevEntry,
    Vring,
)

ADDRESSES = 1 << 32
"""Device addresses in a table have 32 bits."""
LARGE = 1 << 30
"""Bytes; no board has this much for one processor."""
HEADER_SIZE = 16
FIXED_SIZES = {CarveoutEntry: 56, DevmemEntry: 56, TraceEntry: 48}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Memory that a table names at a fixed device address."""

    what: str
    da: int
    size: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.da + self.size


def vring_size(num: int, align: int) -> int:
    """Bytes of a split ring (linux/virtio_ring.h); both numbers above 0."""
    used_at = (num * 16 + 2 * (3 + num) + align - 1) & ~(align - 1)
    return used_at + 6 + 8 * num


def entry_size(entry: Entry) -> int:
    """Bytes of an entry in the table, its type included."""
    if isinstance(entry, VdevEntry):
        return 28 + VRING_SIZE * entry.num_of_vrings + entry.config_len
    if isinstance(entry, RawEntry):
        return 4 + len(entry.raw)
    return FIXED_SIZES[type(entry)]


def fixed_stretches(entries: Sequence[Entry]) -> Iterator[Stretch]:
    """Carveouts, trace buffers and vrings that the table puts at an address of its own."""
    for entry in entries:
        if isinstance(entry, CarveoutEntry | TraceEntry) and entry.da != ADDRESS_ANY:
            kind = "carveout" if isinstance(entry, CarveoutEntry) else "trace"
            yield Stretch(f"{kind} {entry.name}", entry.da, entry.len)
        elif isinstance(entry, VdevEntry):
            for number, ring in enumerate(entry.vrings[:VRINGS_MOST]):
                if ring.da not in (0, ADDRESS_ANY) and ring.num and ring.align:
                    yield Stretch(f"vring{number} of entry {entry.index}", ring.da, vring_size(ring.num, ring.align))


def check_offsets(
    offsets: Sequence[int], entries: Sequence[Entry], data: bytes, prefix: str, findings: Findings
) -> None:
    """Order, alignment and overlap of the entries in the table."""
    size = len(data)
    inside = [offset for offset in offsets if HEADER_SIZE <= offset < size]
    if inside != sorted(inside):
        findings.warning("entry-order", "the offsets of the entries do not ascend")
    if len(set(offsets)) < len(offsets):
        findings.warning("entry-overlap", "several offsets name the same entry")
    array_end = HEADER_SIZE + 4 * len(offsets)
    for index, offset in enumerate(offsets):
        if HEADER_SIZE <= offset < min(array_end, size):
            findings.error("entry-overlap", f"entry {index} is said to be at {offset:#x}, among the offsets")
        if offset % 4 and offset < size:
            findings.warning("entry-unaligned", f"entry {index} is at {offset:#x}, which is no multiple of 4")
    unclaimed = _unclaimed_offsets(data, array_end, min(offsets, default=array_end), prefix)
    if unclaimed:
        words = ", ".join(f"{offset:#x}" for offset in unclaimed[:4])
        findings.warning(
            "table-gap", f"num is {len(offsets)}, but more offsets seem to follow ({words}): Linux reads none of them"
        )
    spans = sorted((entry.offset or 0, (entry.offset or 0) + entry_size(entry), entry.index) for entry in entries)
    for (start, end, first), (next_start, _, second) in pairwise(spans):
        if start != next_start < end:
            findings.warning("entry-overlap", f"entry {second} at {next_start:#x} begins within entry {first}")


def _unclaimed_offsets(data: bytes, start: int, end: int, prefix: str) -> list[int]:
    """What looks like further offsets between the last that is claimed and the first entry."""
    words = struct.iter_unpack(prefix + "I", data[start : start + (min(end, len(data)) - start) // 4 * 4])
    return list(takewhile(lambda word: end < word < len(data) and word % 4 == 0, (word for (word,) in words)))


def check_entries(entries: Sequence[Entry], findings: Findings) -> None:
    """The values of the entries, and how they go together."""
    for entry in entries:
        match entry:
            case CarveoutEntry() | TraceEntry():
                _check_memory(entry, findings)
            case VdevEntry():
                _check_vdev(entry, findings)
            case _:
                pass
    _check_carveout_names(entries, findings)
    _check_devmem(entries, findings)
    _check_overlap(entries, findings)


def _check_memory(entry: CarveoutEntry | TraceEntry, findings: Findings) -> None:
    kind = "carveout" if isinstance(entry, CarveoutEntry) else "trace"
    at = f"entry {entry.index} ({kind} {entry.name})"
    if entry.len == 0 and kind == "carveout":
        findings.warning(
            "length-zero",
            f"{at} has length 0: there is no memory of that length, unless the device tree has a region of that name",
            kernel="failed to allocate dma memory: len 0x0",
        )
    elif entry.len == 0:
        findings.warning("length-zero", f"{at} has length 0: it will show nothing")
    if entry.len >= LARGE:
        findings.warning("length-large", f"{at} wants {entry.len:#x} bytes")
    if entry.da == ADDRESS_ANY and kind == "trace":
        findings.warning("trace-nowhere", f"{at} has no address: Linux gives trace buffers none")
    elif entry.da != ADDRESS_ANY and entry.da + entry.len > ADDRESSES:
        findings.warning("address-wraps", f"{at} reaches behind the last 32-bit address")


def _check_vdev(entry: VdevEntry, findings: Findings) -> None:
    at = f"entry {entry.index} (vdev {VIRTIO_ID_NAMES.get(entry.id, entry.id)})"
    if entry.id not in VIRTIO_ID_NAMES:
        findings.warning("vdev-id", f"{at}: no virtio device of that number is known here")
    if entry.num_of_vrings < 2:
        findings.warning(
            "vdev-vrings",
            f"{at} has {entry.num_of_vrings} vrings; Linux takes for granted that there are 2 and may crash at stop",
        )
    for number, ring in enumerate(entry.vrings[:VRINGS_MOST]):
        _check_vring(f"{at} vring{number}", ring, findings)


def _check_vring(at: str, ring: Vring, findings: Findings) -> None:
    if ring.num == 0 or ring.align == 0:
        findings.error(
            "bad-vring",
            f"{at} has {ring.num} descriptors aligned to {ring.align}: the device is not made, the processor runs",
            kernel=f"invalid qsz ({ring.num}) or alignment ({ring.align})",
        )
        return
    for what, value in (("number of descriptors", ring.num), ("alignment", ring.align)):
        if value & (value - 1):
            findings.warning("vring-power", f"{at}: its {what}, {value}, is no power of two")
    if vring_size(ring.num, ring.align) >= LARGE:
        findings.warning(
            "vring-large", f"{at} of {ring.num} descriptors aligned to {ring.align:#x} does not fit into any memory"
        )


def _check_carveout_names(entries: Sequence[Entry], findings: Findings) -> None:
    """The kernel finds carveouts by name and binds each to one entry only."""
    seen: dict[str, int] = {}
    for entry in entries:
        if not isinstance(entry, CarveoutEntry):
            continue
        name = entry.name[:NAME_SIZE_COMPARED]
        if name in seen:
            findings.error(
                "carveout-twice",
                f"entry {entry.index} is a carveout of the same name ({name!r}) as entry {seen[name]}",
                kernel="Carveout already associated to resource table",
                fatal=True,
            )
        seen.setdefault(name, entry.index)


def _check_devmem(entries: Sequence[Entry], findings: Findings) -> None:
    found = [entry for entry in entries if isinstance(entry, DevmemEntry)]
    if found:
        findings.warning(
            "devmem-iommu",
            f"there are devmem entries ({len(found)}, the first is entry {found[0].index}): without an IOMMU Linux "
            "refuses the whole table",
            kernel="Failed to process resources: -22",
        )
    for entry in found:
        if entry.len == 0 or entry.len >= LARGE or max(entry.da, entry.pa) + entry.len > ADDRESSES:
            findings.warning(
                "devmem-length", f"entry {entry.index} (devmem {entry.name}) maps {entry.len:#x} bytes at {entry.da:#x}"
            )


def _check_overlap(entries: Sequence[Entry], findings: Findings) -> None:
    """Trace buffers may lie in carveouts; the rest should not share memory."""
    ordered = sorted((s for s in fixed_stretches(entries) if s.size), key=lambda stretch: stretch.da)
    widest: dict[bool, Stretch] = {}
    for stretch in ordered:
        is_trace = stretch.what.startswith("trace")
        before = widest.get(is_trace)
        if before is not None and stretch.da < before.end:
            findings.warning("memory-overlap", f"{stretch.what} and {before.what} share memory from {stretch.da:#x}")
        if before is None or stretch.end > before.end:
            widest[is_trace] = stretch
