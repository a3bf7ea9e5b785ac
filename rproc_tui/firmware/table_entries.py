"""The entries of a binary resource table, one by one (the structures of include/linux/remoteproc.h).

A decoder gets the bytes behind the type word, as the kernel's handlers do, and says what the kernel says of them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from rproc_tui.firmware.findings import Findings
from rproc_tui.model.resource_table import (
    CarveoutEntry,
    DevmemEntry,
    Entry,
    RawEntry,
    TraceEntry,
    VdevEntry,
    Vring,
)
from rproc_tui.sanitise import sanitise_bytes

RSC_CARVEOUT = 0
RSC_DEVMEM = 1
RSC_TRACE = 2
RSC_VDEV = 3
RSC_VENDOR_START = 128
RSC_VENDOR_END = 512

TYPE_NAMES = {RSC_CARVEOUT: "carveout", RSC_DEVMEM: "devmem", RSC_TRACE: "trace", RSC_VDEV: "vdev"}

NAME_SIZE = 32
NAME_SIZE_COMPARED = 31
"""Characters that the kernel compares when it looks a carveout up by name."""
VDEV_SIZE = 24
VRING_SIZE = 20
VRINGS_MOST = 2
"""RVDEV_NUM_VRINGS."""
VRINGS_KEPT = 32
"""Of one vdev; what claims more is refused anyhow."""
KEPT_BYTES = 1024
"""Of a config space and of an entry that is kept raw."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is, and how numbers are written there."""

    index: int
    offset: int
    """Of the type word, from the start of the table."""
    prefix: str
    """The byte order as `struct` writes it."""
    end: int
    """Where the next entry or the table ends: how far an entry of unknown kind is kept."""


def decode_entry(type_number: int, payload: memoryview, place: Place, findings: Findings) -> Entry | None:
    """The entry; None when too little of it is there. What is wrong with it goes to `findings`."""
    decoder = _DECODERS.get(type_number)
    if decoder is not None:
        return decoder(payload, place, findings)
    if RSC_VENDOR_START <= type_number <= RSC_VENDOR_END:
        findings.note(
            "vendor-entry",
            f"{_at(place)} is of the vendor's type {type_number}: only a driver that knows it reads it",
            kernel=f"unsupported vendor resource {_signed(type_number)}",
        )
    else:
        findings.warning(
            "unknown-entry",
            f"{_at(place)} is of type {type_number}, which Linux does not know and passes over",
            kernel=f"unsupported resource {_signed(type_number)}",
        )
    kept = min(max(0, place.end - place.offset - 4), KEPT_BYTES)
    return RawEntry(place.index, place.offset, type_number, bytes(payload[:kept]))


def _carveout(payload: memoryview, place: Place, findings: Findings) -> CarveoutEntry | None:
    fields = _memory_fields("carveout", payload, place, findings)
    return None if fields is None else CarveoutEntry(place.index, place.offset, *fields)


def _devmem(payload: memoryview, place: Place, findings: Findings) -> DevmemEntry | None:
    fields = _memory_fields("devmem", payload, place, findings)
    return None if fields is None else DevmemEntry(place.index, place.offset, *fields)


def _memory_fields(
    kind: str, payload: memoryview, place: Place, findings: Findings
) -> tuple[int, int, int, int, str] | None:
    """`da`, `pa`, `len`, `flags` and `name`: carveout and devmem have the same shape."""
    layout = f"{place.prefix}5I{NAME_SIZE}s"
    if _is_truncated(kind, payload, struct.calcsize(layout), place, findings):
        return None
    da, pa, length, flags, reserved, name = struct.unpack_from(layout, payload)
    _check_reserved(kind, reserved, place, findings)
    return da, pa, length, flags, _name(kind, name, place, findings)


def _trace(payload: memoryview, place: Place, findings: Findings) -> TraceEntry | None:
    layout = f"{place.prefix}3I{NAME_SIZE}s"
    if _is_truncated("trace", payload, struct.calcsize(layout), place, findings):
        return None
    da, length, reserved, name = struct.unpack_from(layout, payload)
    _check_reserved("trace", reserved, place, findings)
    return TraceEntry(place.index, place.offset, da, length, _name("trace", name, place, findings))


def _vdev(payload: memoryview, place: Place, findings: Findings) -> VdevEntry | None:
    """Also what is there of a vdev that is cut off behind its fixed part."""
    layout = f"{place.prefix}5I4B"
    if len(payload) < VDEV_SIZE:
        _is_truncated("vdev", payload, VDEV_SIZE, place, findings)
        return None
    *fields, status, count, reserved_0, reserved_1 = struct.unpack_from(layout, payload)
    vdev_id, notifyid, dfeatures, gfeatures, config_len = fields
    config_at = VDEV_SIZE + VRING_SIZE * count
    if not _is_truncated("vdev", payload, config_at + config_len, place, findings):
        _check_reserved("vdev", reserved_0 | reserved_1, place, findings)
        if count > VRINGS_MOST:
            words = f"too many vrings: {count}"
            message = f"{_at(place)} has {count} vrings, Linux takes 2"
            findings.error("too-many-vrings", message, kernel=words, fatal=True, index=place.index)
    whole = min(count, VRINGS_KEPT, (len(payload) - VDEV_SIZE) // VRING_SIZE)
    rings = struct.iter_unpack(f"{place.prefix}5I", payload[VDEV_SIZE : VDEV_SIZE + VRING_SIZE * whole])
    return VdevEntry(
        index=place.index,
        offset=place.offset,
        id=vdev_id,
        notifyid=notifyid,
        dfeatures=dfeatures,
        gfeatures=gfeatures,
        config_len=config_len,
        status=status,
        num_of_vrings=count,
        vrings=tuple(Vring(*ring) for ring in rings),
        config=bytes(payload[config_at : config_at + min(config_len, KEPT_BYTES)]),
    )


_DECODERS: dict[int, Callable[[memoryview, Place, Findings], Entry | None]] = {
    RSC_CARVEOUT: _carveout,
    RSC_DEVMEM: _devmem,
    RSC_TRACE: _trace,
    RSC_VDEV: _vdev,
}


def _is_truncated(kind: str, payload: memoryview, needed: int, place: Place, findings: Findings) -> bool:
    if len(payload) >= needed:
        return False
    findings.error(
        "entry-truncated",
        f"{_at(place)} ({kind}) needs {4 + needed} bytes and the table has {4 + len(payload)} left",
        kernel=f"{kind} rsc is truncated",
        fatal=True,
        index=place.index,
    )
    return True


def _check_reserved(kind: str, reserved: int, place: Place, findings: Findings) -> None:
    if reserved:
        findings.error(
            "entry-reserved",
            f"{_at(place)} ({kind}): its reserved bytes are {reserved:#x}, not 0",
            kernel=f"{kind} rsc has non zero reserved bytes",
            fatal=True,
            index=place.index,
        )


def _name(kind: str, raw: bytes, place: Place, findings: Findings) -> str:
    """The name up to its NUL, sanitised."""
    text, nul, _ = raw.partition(b"\0")
    name = sanitise_bytes(text)
    if not nul:
        findings.warning("entry-name", f"{_at(place)} ({kind}): its name fills all {NAME_SIZE} bytes, without NUL")
    elif not (text.isascii() and text.decode("latin-1").isprintable()) and text:
        findings.warning("entry-name", f"{_at(place)} ({kind}): its name is not plain text: {name}")
    elif kind == "carveout" and b"%" in text:
        findings.warning("entry-name", f"{_at(place)} (carveout): Linux uses its name {name} as a printf format")
    return name


def _at(place: Place) -> str:
    return f"entry {place.index} at {place.offset:#x}"


def _signed(number: int) -> int:
    """As `%d` prints an unsigned 32-bit number."""
    return number - (1 << 32) if number >= 1 << 31 else number
