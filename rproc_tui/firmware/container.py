"""What a file is, by its first bytes: ELF, something packed, or one of the things that people hand in by mistake."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from rproc_tui.firmware.elf_header import MAGIC
from rproc_tui.firmware.image import Image

ELF = "elf"
XZ = "xz"
ZSTD = "zstd"
RAW = "raw"

SAMPLE = 4096
"""Bytes that are looked at."""


@dataclass(frozen=True, slots=True)
class Container:
    """What a file is instead of ELF."""

    kind: str
    """Stable word for programs."""
    title: str
    """With its article, to stand behind "this is"."""
    advice: str = ""
    """What to do about it, one clause."""


_GIVE_THE_ELF = "give the ELF file that it was made from"
_UNPACK = "unpack it first: the kernel unpacks .xz and .zst only"

_MAGICS: tuple[tuple[int, bytes, Container], ...] = (
    (0, MAGIC, Container(ELF, "an ELF file")),
    (0, b"\xfd7zXZ\0", Container(XZ, "an xz file")),
    (0, b"\x28\xb5\x2f\xfd", Container(ZSTD, "a zstd file")),
    (0, b"\x1f\x8b", Container("gzip", "a gzip file", _UNPACK)),
    (0, b"BZh", Container("bzip2", "a bzip2 file", _UNPACK)),
    (0, b"\x04\x22\x4d\x18", Container("lz4", "an lz4 file", _UNPACK)),
    (0, b"\x02\x21\x4c\x18", Container("lz4", "an lz4 file", _UNPACK)),
    (0, b"\x5d\0\0", Container("lzma", "an lzma file of the old kind", _UNPACK)),
    (0, b"PK\x03\x04", Container("zip", "a zip archive", _UNPACK)),
    (257, b"ustar", Container("tar", "a tar archive", _UNPACK)),
    (0, b"!<arch>\n", Container("ar", "a static library or Debian package", "link it into firmware first")),
    (0, b"version https://git-lfs", Container("git-lfs", "a git-lfs pointer", "fetch the file: git lfs pull")),
    (0, b"\x27\x05\x19\x56", Container("uimage", "a U-Boot image (uImage)", _GIVE_THE_ELF)),
    (0, b"\xd0\x0d\xfe\xed", Container("fdt", "a device tree blob or FIT image", _GIVE_THE_ELF)),
    (0, b"RPRC", Container("rprc", "a TI RPRC image", "that is for a boot loader; " + _GIVE_THE_ELF)),
    (0, b"XMan", Container("sof", "Sound Open Firmware", "the SOF driver loads it, not remoteproc")),
    (0, b"$AE1", Container("sof", "Sound Open Firmware", "the SOF driver loads it, not remoteproc")),
    (0, b"$CPD", Container("sof", "Sound Open Firmware", "the SOF driver loads it, not remoteproc")),
    (0, b"STM2", Container("stm32", "an image with an STM32 header", "that is for the boot ROM; " + _GIVE_THE_ELF)),
    (
        0,
        b"\x68\xa4\x43\x35",
        Container("op-tee-signed", "firmware signed for OP-TEE", "only a driver that loads through OP-TEE takes it"),
    ),
    (0, b"SDMA", Container("sdma", "an i.MX SDMA script", "the SDMA driver loads it, not remoteproc")),
    (0, b"\xd1\x00\x20", Container("imx-ivt", "an i.MX boot image", "that is for the boot ROM; " + _GIVE_THE_ELF)),
    (0, b"\x30\x82", Container("der", "a DER file: an X.509-signed image", "that is for a boot ROM; " + _GIVE_THE_ELF)),
    (0, b"UF2\n", Container("uf2", "a UF2 image", _GIVE_THE_ELF)),
    (0, b"ANDROID!", Container("android-boot", "an Android boot image")),
    (0, b"MZ", Container("pe", "a Windows or EFI program")),
    (0, b"\xc2\0", Container("coff", "a TI COFF file", "link with --abi=eabi to get ELF")),
    (0, b"\xef\xbb\xbf" + MAGIC, Container("bom-elf", "ELF behind a UTF-8 byte-order mark", "an editor damaged it")),
)

NAMELESS = Container(RAW, "nothing that is known here", _GIVE_THE_ELF)


def recognise(name: str, image: Image, size: int) -> Container:
    """What the file is. `size` in bytes; the name only tells the pieces of a split image apart."""
    if size == 0:
        return Container("empty", "an empty file", "a copy that failed, or one that is still running")
    head = image[0 : min(size, SAMPLE)]
    for offset, magic, container in _MAGICS:
        if head.startswith(magic, offset):
            return container
    for look in (_filled, _text, _split_piece, _vector_table):
        found = look(name, head)
        if found is not None:
            return found
    return NAMELESS


def _filled(_name: str, head: bytes) -> Container | None:
    """One byte value all over: unwritten or erased."""
    if head.count(head[0]) < len(head) or head[0] not in (0, 0xFF):
        return None
    if head[0] == 0:
        return Container("zeros", "nothing but zeros", "a copy that failed, or a hole in a file system")
    return Container("erased", "nothing but 0xff", "a dump of erased flash")


def _text(_name: str, head: bytes) -> Container | None:
    if not _is_text(head):
        return None
    start = head.lstrip()
    line = start.split(b"\n", 1)[0].strip()
    if len(line) >= 11 and line.startswith(b":") and _is_hex(line[1:]):
        return Container("ihex", "Intel HEX", _GIVE_THE_ELF)
    if len(line) >= 8 and line.startswith((b"S0", b"S1", b"S2", b"S3")) and _is_hex(line[1:]):
        return Container("srec", "Motorola S-records", _GIVE_THE_ELF)
    if start.startswith(b"<"):
        return Container("html", "HTML or XML text", "a download that was answered with a web page")
    return Container("text", "a text file")


def _is_text(head: bytes) -> bool:
    """Printable ASCII or UTF-8, whole but for a character cut at the end."""
    if any(byte == 0x7F or (byte < 32 and byte not in b"\t\n\r\f\x1b") for byte in head):
        return False
    for cut in range(4):
        try:
            head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False


def _is_hex(digits: bytes) -> bool:
    return all(digit in b"0123456789abcdefABCDEF" for digit in digits)


def _split_piece(name: str, _head: bytes) -> Container | None:
    """`.b00` to `.b99` beside an `.mdt`: one segment each (Qualcomm)."""
    suffix = name[-4:]
    if suffix[:2] != ".b" or not (suffix[2:].isascii() and suffix[2:].isdigit()):
        return None
    return Container("mdt-piece", "one segment of a split Qualcomm image", "the driver is given the .mdt or .mbn")


def _vector_table(_name: str, head: bytes) -> Container | None:
    """A raw image for a Cortex-M begins with a stack pointer in RAM and Thumb addresses of handlers."""
    if len(head) < 16:
        return None
    stack, reset, nmi, hard_fault = struct.unpack_from("<4I", head)
    handlers = (reset, nmi, hard_fault)
    plausible = stack % 4 == 0 and stack >= 0x400 and all(handler & 1 and handler > 0x10 for handler in handlers)
    if not plausible or max(handlers) - min(handlers) > 1 << 20:
        return None
    return Container(RAW, f"a raw Cortex-M image (its vector table: stack {stack:#x}, reset {reset:#x})", _GIVE_THE_ELF)
