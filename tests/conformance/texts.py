"""What debugfs shows of the suite's good image, with a dash where an address stands that no two machines have alike."""

from __future__ import annotations

import re

NO_TABLE = "No resource table found\n"

ADDRESS = re.compile(
    r"(Virtual address: |DMA address: 0x|\[hdr: )[0-9a-f]{8,16}|"
    r"((?:Physical Address|Device Address|Device address:) 0x)(?!80000000|80001000|80010000|20004000|70000000|20009000)"
    r"[0-9a-f]{2,8}"
)
"""Addresses that were given out; those of the images themselves are compared."""


def without_addresses(text: str) -> str:
    """A file's text with dashes."""
    return ADDRESS.sub(lambda match: f"{match[1] or match[2]}-", text)


def carveout_entry(index: int, name: str, da: str, length: int) -> str:
    return (
        f"Entry {index} is of type carveout\n  Device Address 0x{da}\n  Physical Address 0x-\n"
        f"  Length 0x{length:x} Bytes\n  Flags 0x0\n  Reserved (should be zero) [0]\n  Name {name}\n\n"
    )


def trace_entry(index: int, name: str, da: int, length: int) -> str:
    return (
        f"Entry {index} is of type trace\n  Device Address 0x{da:x}\n  Length 0x{length:x} Bytes\n"
        f"  Reserved (should be zero) [0]\n  Name {name}\n\n"
    )


def vdev_entry(index: int, *, first_id: int = 0, status: int = 7, features: int = 1, kind: int = 7) -> str:
    rings = "".join(
        f"  Vring {ring}\n    Device Address 0x-\n    Alignment 4096\n    Number of buffers 16\n"
        f"    Notify ID {first_id + ring}\n    Physical Address 0x0\n\n"
        for ring in range(2)
    )
    return (
        f"Entry {index} is of type vdev\n  ID {kind}\n  Notify ID 0\n  Device features 0x{features:x}\n"
        f"  Guest features 0x{features if status & 4 else 0:x}\n  Config length 0x0\n  Status 0x{status:x}\n"
        f"  Number of vrings 2\n  Reserved (should be zero) [0][0]\n\n{rings}"
    )


DDR_ENTRY = carveout_entry(0, "ddr", "80000000", 0x10_0000)


def good_table(status: int = 7) -> str:
    """The good image's table; `status` is that of its vdev."""
    return (
        DDR_ENTRY
        + carveout_entry(1, "shm", "-", 0x2000)
        + trace_entry(2, "trace:m4", 0x8000_1000, 0x1000)
        + trace_entry(3, "trace:heap", 0x2000_4000, 0x400)
        + vdev_entry(4, status=status)
    )


EARLY_TABLE = trace_entry(0, "trace:bootloader", 0x2000_9000, 0x800)
"""What the boot loader of `vr-dsp` has left."""


def carveout(name: str, da: str, length: int) -> str:
    return (
        f"Carveout memory entry:\n\tName: {name}\n\tVirtual address: -\n\tDMA address: 0x-\n"
        f"\tDevice address: 0x{da}\n\tLength: 0x{length:x} Bytes\n\n"
    )


DDR = carveout("ddr", "80000000", 0x10_0000)
GOOD_CARVEOUTS = (
    DDR + carveout("shm", "-", 0x2000) + carveout("vdev0vring0", "-", 0x2000) + carveout("vdev0vring1", "-", 0x2000)
)
