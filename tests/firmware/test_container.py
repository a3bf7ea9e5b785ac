"""What people hand in instead of firmware, and what they are told."""

from __future__ import annotations

import struct

import pytest

from rproc_tui.firmware.container import recognise
from rproc_tui.firmware.inspect import facts
from tests.firmware.images import brief, firmware

VECTORS = struct.pack("<8I", 0x20020000, 0x48D, 0x51D, 0x521, 0x519, 0x519, 0x519, 0) + bytes(64)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (firmware(), "elf"),
        (b"", "empty"),
        (b"\x7f", "raw"),
        (b"\xfd7zXZ\0rest", "xz"),
        (b"\x28\xb5\x2f\xfd rest", "zstd"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"BZh91AY", "bzip2"),
        (b"\x04\x22\x4d\x18", "lz4"),
        (b"PK\x03\x04", "zip"),
        (bytes(257) + b"ustar\0", "tar"),
        (b"!<arch>\n", "ar"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "git-lfs"),
        (b"\x27\x05\x19\x56" + bytes(60), "uimage"),
        (b"\xd0\x0d\xfe\xed" + bytes(60), "fdt"),
        (b"RPRC" + bytes(60), "rprc"),
        (b"XMan" + bytes(60), "sof"),
        (b"STM2" + bytes(60), "stm32"),
        (b"\x68\xa4\x43\x35" + bytes(60), "op-tee-signed"),
        (b"\x30\x82\x05\x00", "der"),
        (b"\xef\xbb\xbf" + firmware(), "bom-elf"),
        (b":020000040800F2\n:00000001FF\n", "ihex"),
        (b":020000040800F2\r\n", "ihex"),
        (b":02 is not hexadecimal\n", "text"),
        (b"S00600004844521B\nS1130000\n", "srec"),
        (b"S9030000FC is the end\n", "text"),
        (b"<!DOCTYPE html><html>Not found</html>", "html"),
        (b"hello\n" * 20, "text"),
        ("grüße\n".encode() * 9, "text"),
        (bytes(4096), "zeros"),
        (b"\xff" * 4096, "erased"),
        (VECTORS, "raw"),
        (b"\x12\x00\x40\xb4" * 40, "raw"),
    ],
    ids=brief,
)
def test_a_file_is_known_by_its_first_bytes(content: bytes, kind: str) -> None:
    assert recognise("firmware.bin", content, len(content)).kind == kind


def test_text_may_be_cut_within_a_character() -> None:
    content = b"x" + "ü".encode() * 4096
    assert recognise("x", content, len(content)).kind == "text"


def test_a_piece_of_a_split_image_is_told_by_its_name() -> None:
    assert recognise("modem.b02", b"\0\1\2\3" * 9, 36).kind == "mdt-piece"
    assert recognise("modem.bin", b"\0\1\2\3" * 9, 36).kind == "raw"
    assert recognise("modem.b02", firmware(), 400).kind == "elf"


@pytest.mark.parametrize(
    ("content", "kernel", "words"),
    [
        (b"", "request_firmware failed: -22", "empty file"),
        (b"RPRC", "Image is too small", "TI RPRC"),
        (b"\x1f\x8b" + bytes(60), "Image is corrupted (bad magic)", "unpack it first"),
        (b"version https://git-lfs" + b" " * 60, "Image is corrupted (bad magic)", "git lfs pull"),
        (VECTORS, "Image is corrupted (bad magic)", "stack 0x20020000, reset 0x48d"),
        (b"\x12\x00\x40\xb4" * 40, "Image is corrupted (bad magic)", "begins with 12 00 40 b4"),
        (b"HEADER  " * 8 + firmware(), "Image is corrupted (bad magic)", "an ELF header begins at 0x40"),
    ],
    ids=brief,
)
def test_the_refusal_says_what_it_is_and_what_to_do(content: bytes, kernel: str, words: str) -> None:
    found = facts("x.bin", content, len(content))
    (problem,) = found.problems
    assert (found.boots, found.elf, found.verdict.sanity, problem.kernel) == (False, None, kernel, kernel)
    assert words in problem.message
