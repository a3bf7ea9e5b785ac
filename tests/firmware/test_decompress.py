"""Packed firmware: opened as the kernel opens it, within bounds."""

from __future__ import annotations

import importlib.util
import lzma
from collections.abc import Callable

import pytest

from rproc_tui.firmware import decompress
from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.inspect import facts
from tests.firmware.images import brief, firmware

IMAGE = firmware()


def xz(data: bytes, check: int = lzma.CHECK_CRC32) -> bytes:
    return lzma.compress(data, check=check)


def zstd(data: bytes, *, says_size: bool = True) -> bytes:
    """A zstd frame of one block that is stored as it is (RFC 8878)."""
    header = b"\xa0" + len(data).to_bytes(4, "little") if says_size else b"\x00\x58"
    block = (len(data) << 3 | 1).to_bytes(3, "little")
    return b"\x28\xb5\x2f\xfd" + header + block + data


def codes(found: FirmwareFacts) -> list[str]:
    return [problem.code for problem in found.problems if problem.fatal]


needs_zstd = pytest.mark.skipif(
    not any(
        importlib.util.find_spec(name.partition(".")[0]) and importlib.util.find_spec(name)
        for name in decompress.ZSTD_MODULES
    ),
    reason="this Python has no zstd",
)
PACKERS = [pytest.param(xz, ".xz", id="xz"), pytest.param(zstd, ".zst", id="zstd", marks=needs_zstd)]


@pytest.mark.parametrize(("pack", "suffix"), PACKERS)
def test_asked_for_by_its_own_name_a_packed_file_is_read_raw(pack: Callable[[bytes], bytes], suffix: str) -> None:
    packed = pack(IMAGE)
    found = facts(f"/lib/firmware/hello.elf{suffix}", packed, len(packed))
    assert (found.boots, found.verdict.sanity) == (False, "Image is corrupted (bad magic)")
    assert found.verdict.load == "ok"
    assert f"write hello.elf to `firmware`, not hello.elf{suffix}" in found.problems[0].message
    inside = facts("hello.elf", IMAGE, len(IMAGE))
    assert (found.elf, found.resource_table) == (inside.elf, inside.resource_table)
    assert found.size == len(packed)


@pytest.mark.parametrize(("pack", "suffix"), PACKERS)
def test_found_by_the_kernel_it_is_judged_by_what_is_in_it(pack: Callable[[bytes], bytes], suffix: str) -> None:
    for content, boots in ((IMAGE, True), (IMAGE[:-1], False), (b"text" * 20, False)):
        packed = pack(content)
        found = facts(f"hello.elf{suffix}", packed, len(packed), unpacked_by_kernel=True)
        plain = facts("hello.elf", content, len(content))
        assert (found.boots, found.verdict, found.problems) == (boots, plain.verdict, plain.problems)


def test_a_packed_file_without_its_suffix_is_told_to_take_one() -> None:
    packed = xz(IMAGE)
    assert "call it hello.elf.xz and write hello.elf" in facts("hello.elf", packed, len(packed)).problems[0].message


@pytest.mark.parametrize(
    ("packed", "code", "words"),
    [
        (xz(IMAGE, lzma.CHECK_CRC64), "compressed-check", "CRC64"),
        (xz(IMAGE, lzma.CHECK_SHA256), "compressed-check", "SHA-256"),
        (xz(IMAGE)[:-20], "compressed-broken", "cut off"),
        (xz(IMAGE)[:10], "compressed-broken", "within its header"),
        (xz(IMAGE)[:12] + bytes(80), "compressed-broken", "broken"),
        (zstd(IMAGE, says_size=False), "compressed-size", "not a pipe"),
        (b"\x28\xb5\x2f\xfd", "compressed-size", "how much it holds"),
    ],
    ids=brief,
)
def test_what_the_kernel_cannot_unpack_is_refused_with_the_reason(packed: bytes, code: str, words: str) -> None:
    found = facts("hello.elf.xz", packed, len(packed), unpacked_by_kernel=True)
    assert (found.verdict.sanity, found.elf, codes(found)) == ("request_firmware failed: -22", None, [code])
    assert words in found.problems[0].message


@needs_zstd
@pytest.mark.parametrize(
    ("packed", "words"),
    [
        (zstd(IMAGE)[:-9], "cut off"),
        (zstd(IMAGE) + b"more", "4 bytes lie behind"),
        (zstd(IMAGE)[:9] + b"\xff\xff\xff" + zstd(IMAGE)[12:], "broken"),
    ],
    ids=brief,
)
def test_a_broken_zstd_file_is_refused(packed: bytes, words: str) -> None:
    found = facts("x.zst", packed, len(packed), unpacked_by_kernel=True)
    assert codes(found) == ["compressed-broken"]
    assert words in found.problems[0].message


@needs_zstd
def test_a_skippable_frame_behind_zstd_is_passed_over() -> None:
    packed = zstd(IMAGE) + b"\x50\x2a\x4d\x18\x04\0\0\0more"
    assert facts("x.zst", packed, len(packed), unpacked_by_kernel=True).boots


def test_what_lies_behind_an_xz_stream_is_ignored_as_the_kernel_does() -> None:
    packed = xz(IMAGE) + b"trailing" + xz(b"another stream")
    assert facts("x.xz", packed, len(packed), unpacked_by_kernel=True).boots


@pytest.mark.parametrize("packed", [xz(bytes(1 << 20)), zstd(bytes(1 << 16))], ids=["xz", "zstd"])
def test_a_bomb_is_stopped_at_the_limit(packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decompress, "UNPACKED_LIMIT", 1 << 15)
    found = facts("x.xz", packed, len(packed), unpacked_by_kernel=True)
    assert codes(found) == ["compressed-bomb"]


def test_a_python_without_zstd_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decompress, "ZSTD_MODULES", ("nothing.of.that.name",))
    packed = zstd(IMAGE)
    found = facts("x.elf.zst", packed, len(packed))
    assert (found.container, found.elf, found.boots) == ("zstd", None, False)
    assert codes(found) == ["compressed-name", "zstd-missing"]
    assert "backports.zstd" in found.problems[1].message
