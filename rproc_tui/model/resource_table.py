"""The resource table: what firmware asks of the kernel, and what the kernel wrote back into it.

Fields and numbers are those of the kernel's include/linux/remoteproc.h. The same values describe a table in a firmware
file and the live one that debugfs prints; what a source does not tell is None.
"""

from __future__ import annotations

from dataclasses import dataclass

ADDRESS_ANY = 0xFFFFFFFF
"""FW_RSC_ADDR_ANY: the kernel may choose."""

VIRTIO_ID_NAMES = {
    1: "net",
    2: "block",
    3: "console",
    4: "rng",
    7: "rpmsg",
    11: "rproc-serial",
    18: "input",
    19: "vsock",
    34: "i2c",
    41: "gpio",
}
"""Names of the virtio device ids that firmware is seen to use."""

STATUS_ACKNOWLEDGE = 1
STATUS_DRIVER = 2
STATUS_DRIVER_OK = 4
STATUS_FEATURES_OK = 8
STATUS_NEEDS_RESET = 0x40
STATUS_FAILED = 0x80


@dataclass(frozen=True, slots=True)
class CarveoutEntry:
    """Memory that the kernel sets aside (type 0)."""

    index: int
    offset: int | None
    """From the start of the table, bytes; None in debugfs."""
    da: int
    pa: int
    len: int
    flags: int
    name: str


@dataclass(frozen=True, slots=True)
class DevmemEntry:
    """Device memory that an IOMMU maps (type 1)."""

    index: int
    offset: int | None
    da: int
    pa: int
    len: int
    flags: int
    name: str


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """A log buffer of the firmware (type 2)."""

    index: int
    offset: int | None
    da: int
    len: int
    name: str


@dataclass(frozen=True, slots=True)
class Vring:
    """One ring of a vdev."""

    da: int
    align: int
    num: int
    """Descriptors."""
    notifyid: int
    pa: int


@dataclass(frozen=True, slots=True)
class VdevEntry:
    """A virtio device of the firmware (type 3)."""

    index: int
    offset: int | None
    id: int
    """Virtio device id: 7 is rpmsg."""
    notifyid: int
    dfeatures: int
    """What the remote side offers."""
    gfeatures: int
    """What the host accepted."""
    config_len: int
    status: int
    num_of_vrings: int
    vrings: tuple[Vring, ...]
    config: bytes = b""


@dataclass(frozen=True, slots=True)
class RawEntry:
    """A vendor entry (128 to 512) or one of a type that nobody knows, kept as it is."""

    index: int
    offset: int | None
    type_number: int
    raw: bytes
    """The payload behind the type, as far as the next entry or the end of the table; empty in debugfs."""


Entry = CarveoutEntry | DevmemEntry | TraceEntry | VdevEntry | RawEntry


@dataclass(frozen=True, slots=True)
class ResourceTable:
    """A whole table."""

    entries: tuple[Entry, ...]
    num: int
    """The number that the header claims; entries that cannot be read are missing above."""
    ver: int | None = 1
    section: str | None = None
    offset: int | None = None
    """Of the section, in the file, bytes."""
    size: int | None = None
    """Of the section, bytes."""
    address: int | None = None
    """sh_addr: where the kernel looks for the loaded copy."""


def entry_type(entry: Entry) -> str:
    """`carveout`, `devmem`, `trace`, `vdev`, `vendor` or `unknown`."""
    match entry:
        case CarveoutEntry():
            return "carveout"
        case DevmemEntry():
            return "devmem"
        case TraceEntry():
            return "trace"
        case VdevEntry():
            return "vdev"
        case RawEntry(type_number=number):
            return "vendor" if 128 <= number <= 512 else "unknown"  # RSC_VENDOR_START, _END
