from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.linux import devcoredump
from tests.linux.memory_host import Link, MemoryHost

DATA = "/sys/class/devcoredump/devcd3/data"
LINK = "/sys/class/remoteproc/remoteproc0/devcoredump"


def header(elf_class: int, *, phoff: int = 0, phnum: int = 0, shoff: int = 0, shnum: int = 0) -> bytes:
    ident = b"\x7fELF" + bytes([elf_class, 1, 1]) + bytes(9)
    wide = elf_class == 2
    body = struct.pack("<HHIQQQI" if wide else "<HHIIIII", 4, 40, 1, 0x100, phoff, shoff, 0)
    sizes = (64, 56, phnum, 64, shnum, 1) if wide else (52, 32, phnum, 40, shnum, 1)
    return ident + body + struct.pack("<6H", *sizes)


def dump(elf_class: int, *sizes: int) -> bytes:
    """The layout of rproc_coredump: header, program headers, segments."""
    wide = elf_class == 2
    start = 64 if wide else 52
    offset = start + len(sizes) * (56 if wide else 32)
    headers = b""
    for size in sizes:
        values = (1, 7, offset, 0, 0, size, size, 0) if wide else (1, offset, 0, 0, size, size, 7, 0)
        headers += struct.pack("<IIQQQQQQ" if wide else "<8I", *values)
        offset += size
    return header(elf_class, phoff=start, phnum=len(sizes)) + headers + bytes(sum(sizes))


def dump_of_sections(elf_class: int, *sizes: int) -> bytes:
    """The layout of rproc_coredump_using_sections: header, section headers, string table, data; one has no bytes."""
    wide = elf_class == 2
    start, entry = (64, 64) if wide else (52, 40)
    offset = start + entry * (len(sizes) + 2)
    headers = bytes(entry)
    for kind, size in [*((1, size) for size in sizes), (8, 1 << 20)]:
        values = (0, kind, 1, 0, offset, size, 0, 0, 0, 0)
        headers += struct.pack("<IIQQQQIIQQ" if wide else "<10I", *values)
        offset += size if kind == 1 else 0
    return header(elf_class, shoff=start, shnum=len(sizes) + 2) + headers + bytes(sum(sizes))


DUMPS = [make(elf_class, 100, 0, 300) for make in (dump, dump_of_sections) for elf_class in (1, 2)]


async def test_the_dump_of_a_processor_is_found_by_its_link() -> None:
    host = MemoryHost({LINK: Link("../../../../virtual/devcoredump/devcd3"), DATA: b""})
    assert await devcoredump.find(host, "remoteproc0") == "devcd3"
    assert await devcoredump.find(host, "remoteproc1") is None


@pytest.mark.parametrize("target", ["", "..", "devcd", "devcd3x", "a/b"])
async def test_a_link_to_something_else_is_no_dump(target: str) -> None:
    assert await devcoredump.find(MemoryHost({LINK: Link(target)}), "remoteproc0") is None


async def test_a_dump_is_read_in_pieces_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devcoredump, "CHUNK", 100)
    content = dump(1, 1000)
    pieces = [piece async for piece in devcoredump.chunks(MemoryHost({DATA: content}), "devcd3")]
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) == 100


async def test_a_dump_without_end_is_cut() -> None:
    pieces = [piece async for piece in devcoredump.chunks(MemoryHost({DATA: bytes(1000)}), "devcd3", most=300)]
    assert sum(map(len, pieces)) == 300


async def test_a_dump_that_was_freed_meanwhile_is_the_readers_error() -> None:
    with pytest.raises(FileNotFoundError):
        await anext(devcoredump.chunks(MemoryHost({}), "devcd3"))


async def test_a_dump_is_freed_by_writing_to_it() -> None:
    host = MemoryHost({DATA: b"x"})
    await devcoredump.free(host, "devcd3")
    assert host.writes == [(DATA, b"1")]


@pytest.mark.parametrize("content", DUMPS)
def test_a_whole_dump_has_the_length_that_its_headers_claim(content: bytes) -> None:
    assert devcoredump.expected_size(content) == len(content)
    assert devcoredump.check(content, len(content)) is None


@pytest.mark.parametrize("content", DUMPS)
def test_the_headers_alone_tell_the_length(content: bytes) -> None:
    assert devcoredump.expected_size(content[: len(content) - 400]) == len(content)


@pytest.mark.parametrize("content", DUMPS)
def test_a_dump_that_is_cut_off_is_noticed_wherever_it_is_cut(content: bytes) -> None:
    for size in range(0, len(content), 7):
        assert devcoredump.check(content[:size], size) is not None
    assert devcoredump.check(content, len(content) - 1) == (
        f"the dump is cut off: {len(content) - 1} of {len(content)} bytes"
    )


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"MINI" * 40, header(3), header(1), header(2)])
def test_what_is_no_readable_dump_is_said_to_be_none(content: bytes) -> None:
    assert devcoredump.check(content, len(content)) == "the dump is no ELF file with readable headers"


@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    devcoredump.expected_size(content)
    devcoredump.expected_size(b"\x7fELF\x01" + content)
    devcoredump.expected_size(b"\x7fELF\x02" + content)
