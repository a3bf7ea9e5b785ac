"""The kernel's ELF checks: its words, in its order."""

from __future__ import annotations

import pytest

from rproc_tui.firmware.inspect import facts
from tests.firmware.images import Image, Load, Section, brief, firmware

GOOD = firmware()
GOOD_64 = firmware(bits=64)
LAST = len(GOOD)


def section_headers_at(image: bytes) -> int:
    return int.from_bytes(image[32:36], "little")


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (GOOD, "ok"),
        (GOOD_64, "ok"),
        (firmware(sections=()), "ok"),
        (GOOD[:51], "Image is too small"),
        (b"\x7fELF", "Image is too small"),
        (b"x" * 51, "Image is too small"),
        (b"x" * 52, "Image is corrupted (bad magic)"),
        (firmware(ident=b"\x7fELF\0\1\1"), "Unsupported class: 0"),
        (firmware(ident=b"\x7fELF\3\1\1"), "Unsupported class: 3"),
        (GOOD_64[:60], "elf64 header is too small"),
        (firmware(ident=b"\x7fELF\1\0\1"), "Unsupported firmware endianness"),
        (firmware(endian=">"), "Unsupported firmware endianness"),
        (firmware(header={"shoff": LAST + 1}), "Section header table is out of bounds"),
        (firmware(header={"shoff": 0xFFFFFFE0}), "Section header table is out of bounds"),
        (firmware(bits=64, header={"shoff": 2**64 - 64}), "Section header table is out of bounds"),
        (GOOD[:-1], "Section headers are out of bounds"),
        (firmware(header={"shnum": 0xFFFF}), "Section headers are out of bounds"),
        (firmware(header={"shstrndx": 4}), "Image is too small"),
        (firmware(header={"shstrndx": 0xFFFF}), "Image is too small"),
        (firmware(loads=(), sections=(Section(".text", b"x"),)), "No loadable segments"),
        (firmware(header={"phnum": 0}), "No loadable segments"),
        (firmware(header={"phoff": LAST + 1}), "Firmware size is too small"),
        (firmware(bits=64, header={"phoff": 2**64 - 32}), "Firmware size is too small"),
    ],
    ids=brief,
)
def test_the_first_check_that_fails_speaks(image: bytes, message: str) -> None:
    found = facts("x.elf", image, len(image))
    assert found.verdict.sanity == message
    assert found.boots is (message == "ok")
    if message != "ok":
        assert [problem.kernel for problem in found.problems if problem.kernel] == [message]


@pytest.mark.parametrize(
    ("load", "message"),
    [
        (Load(), "ok"),
        (Load(memsz=0x10000), "ok"),
        (Load(memsz=8), "bad phdr filesz 0x40 memsz 0x8"),
        (Load(filesz=0x100000, memsz=0x100000), "truncated fw: need 0x100054 avail 0xf0"),
        (Load(offset=0x7FFFFFFF, filesz=0, memsz=0x1000), "truncated fw: need 0x7fffffff avail 0xf0"),
        (Load(offset=0xFFFFFF00, filesz=0x200, memsz=0x200), "truncated fw: need 0x100000100 avail 0xf0"),
        (Load(memsz=0), "ok"),
        (Load(type=4, offset=0x7FFFFFFF), "ok"),
    ],
    ids=brief,
)
def test_a_segment_is_loaded_or_refused_in_the_kernels_words(load: Load, message: str) -> None:
    image = Image(loads=(load,)).build().ljust(0xF0, b"\0")
    found = facts("x.elf", image, len(image))
    assert (found.verdict.sanity, found.verdict.load) == ("ok", message)
    assert found.boots is (message == "ok")


def test_what_wraps_around_64_bits_is_refused_although_the_kernel_does_not_look() -> None:
    image = Image(loads=(Load(offset=2**64 - 0x100, filesz=0x200, memsz=0x200),), bits=64).build()
    found = facts("x.elf", image, len(image))
    assert found.verdict.sanity == "ok"
    assert not found.boots
    assert found.problems[0].kernel == found.verdict.load


def test_each_bad_segment_is_named_and_the_first_gives_the_verdict() -> None:
    image = Image(loads=(Load(), Load(0x20000000, filesz=0x1000, memsz=0x1000), Load(0x30000000, memsz=1))).build()
    found = facts("x.elf", image, len(image))
    assert [problem.message[:9] for problem in found.problems if problem.fatal] == ["segment 1", "segment 2"]
    assert found.verdict.load.startswith("truncated fw")


@pytest.mark.parametrize("count", [3, 0xFFFE, 0xFFFF])
def test_program_headers_behind_the_end_are_refused_although_the_kernel_reads_on(count: int) -> None:
    image = Image(loads=(Load(),) * 2, header={"phnum": count}).build()[: 52 + 64]
    found = facts("x.elf", image, len(image))
    assert not found.boots
    assert "program headers lie outside" in " ".join(problem.message for problem in found.problems)


def test_a_file_over_2_gib_is_not_even_read() -> None:
    class Sparse:
        """A good file with a hole of gigabytes behind it."""

        def __getitem__(self, key: slice) -> bytes:
            assert key.stop - key.start < 1 << 20, "nobody needs so much of it at once"
            return GOOD[key] + bytes(max(0, min(key.stop, 4 << 30) - max(key.start, LAST)))

    found = facts("x.elf", Sparse(), 4 << 30)
    assert (found.verdict.sanity, found.sha256, found.boots) == ("request_firmware failed: -27", None, False)
    assert found.elf is not None
