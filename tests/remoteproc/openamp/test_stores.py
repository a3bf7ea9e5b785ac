from __future__ import annotations

import errno
import io
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.remoteproc.openamp import SUPPORT_SEEK, IoRegion, ReturnCode, SeekableStore, StreamingStore, Target
from tests.remoteproc.openamp.remote import fails, seekable, streaming

IMAGE = bytes(range(256)) * 8


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), max_size=8))
def test_a_seekable_store_has_any_range_at_any_time(ranges: list[tuple[int, int]]) -> None:
    store = seekable(IMAGE, 100)
    assert store.features == SUPPORT_SEEK
    assert store.open("m4.elf") == IMAGE[:100]
    for offset, size in ranges:
        assert store.load(offset, size) == IMAGE[offset : offset + size]


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), max_size=8), st.integers(0, 300))
def test_a_streaming_store_has_what_is_ahead_and_what_it_kept(steps: list[tuple[int, int]], keep: int) -> None:
    store = streaming(IMAGE, 100, keep)
    assert store.features == 0
    assert store.open("m4.elf") == IMAGE[:100]
    end = 100
    for forward, size in steps:
        offset = end + forward
        assert store.load(offset, size) == IMAGE[offset : offset + size]
        end = min(len(IMAGE), max(end, offset + size))
        back = max(0, end - keep)
        assert store.load(back, end - back) == IMAGE[back:end]


def test_what_has_passed_a_streaming_store_is_gone() -> None:
    store = streaming(IMAGE, 100)
    store.open("m4.elf")
    assert store.load(50, 100) == IMAGE[50:150]
    assert store.load(60, 10) == IMAGE[60:70]  # of the range that was read last
    assert store.load(40, 10) == b""


def test_a_stream_is_never_asked_to_seek() -> None:
    class Stream(io.BytesIO):
        def seek(self, _offset: int, _whence: int = 0) -> int:
            raise io.UnsupportedOperation

    store = StreamingStore(lambda _path: Stream(IMAGE))
    store.open("m4.elf")
    assert store.load(1000, 5) == IMAGE[1000:1005]


@pytest.mark.parametrize("make", [seekable, streaming])
def test_a_range_into_a_target_is_put_there_as_far_as_it_fits(make: type[SeekableStore]) -> None:
    store = make(IMAGE)  # type: ignore[arg-type]
    store.open("m4.elf")
    view = memoryview(bytearray(16))
    region = IoRegion(view, 0x1000)
    assert store.load(600, 4, Target(0x1002, region)) == IMAGE[600:604]
    assert bytes(view[:8]) == b"\0\0" + IMAGE[600:604] + b"\0\0"
    assert store.load(700, 8, Target(0x100C, region)) == IMAGE[700:704]
    assert store.load(800, 8, Target(0x2000, region)) == b""


@pytest.mark.parametrize("make", [SeekableStore, StreamingStore])
@pytest.mark.parametrize(("number", "code"), [(errno.ENOENT, ReturnCode.EINVAL), (errno.ENOMEM, ReturnCode.ENOMEM)])
def test_a_file_that_does_not_open_fails_with_a_code(make: type[SeekableStore], number: int, code: ReturnCode) -> None:
    def refuse(path: str) -> BinaryIO:
        raise OSError(number, "no", path)

    with fails(code):
        make(refuse).open("m4.elf")


def test_each_file_is_closed_whatever_happens() -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError(errno.EIO, "no")

    files: list[io.BytesIO] = []

    def open_file(path: str) -> BinaryIO:
        files.append(Broken(IMAGE) if path == "broken" else io.BytesIO(IMAGE))
        return files[-1]

    store = StreamingStore(open_file)
    with fails(ReturnCode.EINVAL):
        store.open("broken")
    store.open("a")
    store.open("b")
    store.close()
    store.close()
    assert [file.closed for file in files] == [True, True, True]
    with fails(ReturnCode.EINVAL):
        store.load(0, 1)


@pytest.mark.parametrize("make", [seekable, streaming])
def test_ranges_beyond_all_files_are_empty(make: type[SeekableStore]) -> None:
    store = make(IMAGE)  # type: ignore[arg-type]
    store.open("m4.elf")
    assert store.load(1 << 64, 1 << 64) == b""
