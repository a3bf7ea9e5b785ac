"""For which core a file was compiled, from its build attributes.

ARM: `.ARM.attributes`, "Addenda to, and Errata in, the ABI for the Arm Architecture". RISC-V: `.riscv.attributes`, the
RISC-V ELF psABI. Both: a version byte, then vendors' subsections of tagged values, numbers as ULEB128.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from rproc_tui.firmware.elf_header import ElfHeader
from rproc_tui.firmware.facts import Section
from rproc_tui.firmware.image import Image, take
from rproc_tui.firmware.machines import EM_ARM, EM_RISCV
from rproc_tui.sanitise import sanitise_bytes

SHT_ATTRIBUTES = 0x70000003
"""SHT_ARM_ATTRIBUTES and SHT_RISCV_ATTRIBUTES are the same number."""
LIMIT = 4096
"""Bytes of the section that are read; real ones have under 200."""

VENDORS = {EM_ARM: b"aeabi\0", EM_RISCV: b"riscv\0"}
TAG_FILE = 1

ARM_CPU_NAME = 5
ARM_CPU_ARCH = 6
ARM_CPU_PROFILE = 7
ARM_STRINGS = frozenset({4, 5, 65, 67})
ARM_COMPATIBILITY = 32
"""A number and then a string."""
RISCV_ARCH = 5

ARM_ARCHITECTURES = {
    1: "Armv4",
    2: "Armv4T",
    3: "Armv5T",
    4: "Armv5TE",
    5: "Armv5TEJ",
    6: "Armv6",
    7: "Armv6KZ",
    8: "Armv6T2",
    9: "Armv6K",
    10: "Armv7",
    11: "Armv6-M",
    12: "Armv6S-M",
    13: "Armv7E-M",
    14: "Armv8-A",
    15: "Armv8-R",
    16: "Armv8-M baseline",
    17: "Armv8-M mainline",
    21: "Armv8.1-M mainline",
    22: "Armv9-A",
}


def core_name(image: Image, size: int, header: ElfHeader, sections: Sequence[Section]) -> str | None:
    """`Cortex-M4`, `Armv7E-M`, `rv32imac`; None where the file does not say."""
    vendor = VENDORS.get(header.machine)
    found = next((section for section in sections if section.type == SHT_ATTRIBUTES), None)
    if vendor is None or found is None or found.offset + found.size > size:
        return None
    data = take(image, found.offset, min(found.size, LIMIT))
    tags = dict(_tags(data, vendor, header))
    return _arm_name(tags) if header.machine == EM_ARM else _riscv_name(tags)


def _arm_name(tags: dict[int, int | bytes]) -> str | None:
    name = tags.get(ARM_CPU_NAME)
    if isinstance(name, bytes) and name.lower().startswith(b"cortex-"):
        return sanitise_bytes(b"Cortex-" + name[7:].upper().replace(b"PLUS", b"+"), limit=32)
    architecture, profile = tags.get(ARM_CPU_ARCH), tags.get(ARM_CPU_PROFILE)
    known = ARM_ARCHITECTURES.get(architecture) if isinstance(architecture, int) else None
    if known == "Armv7" and isinstance(profile, int) and chr(profile % 128) in "ARM":
        return f"Armv7-{chr(profile)}"
    return known


def _riscv_name(tags: dict[int, int | bytes]) -> str | None:
    """`rv32i2p1_m2p0_c2p0_zicsr2p0` without the version numbers: `rv32imc_zicsr`."""
    arch = tags.get(RISCV_ARCH)
    if not isinstance(arch, bytes) or not arch.startswith((b"rv32", b"rv64")):
        return None
    base, *extensions = [_without_version(part) for part in arch.split(b"_")]
    single = b"".join(part for part in extensions if len(part) == 1)
    return sanitise_bytes(b"_".join([base + single, *(part for part in extensions if len(part) > 1)]), limit=32)


def _without_version(part: bytes) -> bytes:
    """`m2p0` is `m`; `rv32i2p1` is `rv32i`."""
    head, _, minor = part.rpartition(b"p")
    return head.rstrip(b"0123456789") if minor.isdigit() and head[-1:].isdigit() else part


def _tags(data: bytes, vendor: bytes, header: ElfHeader) -> Iterator[tuple[int, int | bytes]]:
    """The attributes of the whole file; what is malformed ends them."""
    if data[:1] != b"A" or data[5 : 5 + len(vendor)] != vendor:
        return
    at = 5 + len(vendor)
    if len(data) < at + 5 or data[at] != TAG_FILE:
        return
    (length,) = struct.unpack_from(header.prefix + "I", data, at + 1)
    end = min(len(data), at + length)
    at += 5
    while at < end:
        tag, at = _uleb(data, at)
        if header.machine == EM_ARM and tag == ARM_COMPATIBILITY:
            _, at = _uleb(data, at)
        if _is_string(tag, header.machine):
            stop = data.find(b"\0", at, end)
            if stop < 0:
                return
            yield tag, data[at:stop]
            at = stop + 1
        else:
            value, at = _uleb(data, at)
            yield tag, value


def _is_string(tag: int, machine: int) -> bool:
    if machine == EM_RISCV or tag > ARM_COMPATIBILITY:
        return tag % 2 == 1
    return tag in ARM_STRINGS or tag == ARM_COMPATIBILITY


def _uleb(data: bytes, at: int) -> tuple[int, int]:
    """A number and where it ends; past the end of the data it ends too."""
    value = shift = 0
    while at < len(data):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    return value, at
