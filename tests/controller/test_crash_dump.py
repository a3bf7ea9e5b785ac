"""A dump leaves the kernel only when it is on our disk, whole."""

from __future__ import annotations

import asyncio
import errno
import os
import pathlib
import struct

import pytest

from rproc_tui.controller.crash_dump import collect_dump
from rproc_tui.controller.dump_collection import DumpCollection
from rproc_tui.errors import GivenUp, HostError
from rproc_tui.linux import paths
from rproc_tui.linux.devcoredump import CHUNK
from rproc_tui.model.dump_progress import DumpProgress
from tests.linux.memory_host import MemoryHost, failure

WAITING = "devcd7"


def dump_of(size: int) -> bytes:
    """One stretch of memory in the kernel's layout."""
    header = struct.pack("<16sHHIIIIIHHHHHH", b"\x7fELF\x01\x01\x01", 4, 40, 1, 0, 52, 0, 0, 52, 32, 1, 0, 0, 0)
    return header + struct.pack("<8I", 1, 84, 0x1000, 0x1000, size, size, 7, 0) + os.urandom(size)


class DumpHost(MemoryHost):
    """Frees a dump that is written to."""

    freed = False
    lost_at: int | None = None
    """Offset from which on the dump is gone."""

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        if self.lost_at is not None and offset >= self.lost_at:
            raise failure(errno.ENODEV, path)
        content = self.files[path]
        assert isinstance(content, bytes)
        return content[offset : None if limit is None else offset + limit]

    async def write(self, path: str, data: bytes) -> None:
        assert data
        self.freed = True


def host_with(content: bytes) -> DumpHost:
    return DumpHost({paths.dump_data(WAITING): content})


def any_room(_wanted: int) -> bool:
    return True


async def test_a_whole_dump_is_kept_and_then_freed(tmp_path: pathlib.Path) -> None:
    content = dump_of(3 * CHUNK + 17)
    host = host_with(content)
    await collect_dump(host, WAITING, str(tmp_path / "dump.core"), room=any_room, keep=False)
    assert (tmp_path / "dump.core").read_bytes() == content
    assert host.freed


async def test_a_dump_that_is_to_stay_stays(tmp_path: pathlib.Path) -> None:
    host = host_with(dump_of(10))
    await collect_dump(host, WAITING, str(tmp_path / "dump.core"), room=any_room, keep=True)
    assert not host.freed


async def test_room_is_made_for_what_the_headers_claim(tmp_path: pathlib.Path) -> None:
    wanted: list[int] = []

    def room(size: int) -> bool:
        wanted.append(size)
        return True

    await collect_dump(host_with(dump_of(5000)), WAITING, str(tmp_path / "dump.core"), room=room, keep=False)
    assert wanted == [84 + 5000]


@pytest.mark.parametrize("content", [b"", b"no ELF", dump_of(500)[:200]], ids=["empty", "other", "cut"])
async def test_a_dump_that_is_not_whole_is_kept_and_stays_with_the_kernel(
    tmp_path: pathlib.Path, content: bytes
) -> None:
    host = host_with(content)
    with pytest.raises(HostError, match="the kernel still has its own"):
        await collect_dump(host, WAITING, str(tmp_path / "dump.core"), room=any_room, keep=False)
    assert not host.freed
    assert (tmp_path / "dump.core").read_bytes() == content


async def test_without_room_nothing_is_left_and_nothing_freed(tmp_path: pathlib.Path) -> None:
    host = host_with(dump_of(500))
    with pytest.raises(HostError, match="more than may be kept"):
        await collect_dump(host, WAITING, str(tmp_path / "dump.core"), room=lambda _wanted: False, keep=False)
    assert not host.freed
    assert os.listdir(tmp_path) == []


async def test_a_dump_that_goes_while_it_is_read_leaves_no_half(tmp_path: pathlib.Path) -> None:
    host = host_with(dump_of(2 * CHUNK))
    host.lost_at = CHUNK
    with pytest.raises(OSError, match="No such device"):
        await collect_dump(host, WAITING, str(tmp_path / "dump.core"), room=any_room, keep=False)
    assert os.listdir(tmp_path) == []


async def test_a_file_that_is_there_is_not_overwritten(tmp_path: pathlib.Path) -> None:
    (tmp_path / "dump.core").write_bytes(b"old")
    host = host_with(dump_of(10))
    with pytest.raises(FileExistsError):
        await collect_dump(host, WAITING, str(tmp_path / "dump.core"), room=any_room, keep=False)
    assert (tmp_path / "dump.core").read_bytes() == b"old"
    assert not host.freed


async def test_how_much_of_a_dump_has_come_is_told(tmp_path: pathlib.Path) -> None:
    content = dump_of(3 * CHUNK)
    told: list[DumpProgress] = []
    collection = DumpCollection(lambda: told.append(collection.progress))
    path = str(tmp_path / "dump.core")
    await collect_dump(host_with(content), WAITING, path, room=any_room, keep=False, collection=collection)
    assert told == [DumpProgress(min(n * CHUNK, len(content)), len(content)) for n in range(1, 5)]


async def test_a_dump_that_is_given_up_leaves_no_half_and_stays_with_the_kernel(tmp_path: pathlib.Path) -> None:
    host, path = host_with(dump_of(3 * CHUNK)), tmp_path / "dump.core"

    def give_up() -> None:
        collection.give_up()

    collection = DumpCollection(give_up)

    with pytest.raises(GivenUp, match=r"given up after 1\.0 of 3\.0 MiB; the kernel has its own for five minutes"):
        await collect_dump(host, WAITING, str(path), room=any_room, keep=False, collection=collection)
    assert not path.exists()
    assert not host.freed


async def test_a_dump_whose_collection_is_cancelled_stays_with_the_kernel(tmp_path: pathlib.Path) -> None:
    host, path = host_with(dump_of(3 * CHUNK)), tmp_path / "dump.core"

    def cancel() -> None:
        collecting.cancel()

    collection = DumpCollection(cancel)
    collecting = asyncio.ensure_future(
        collect_dump(host, WAITING, str(path), room=any_room, keep=False, collection=collection)
    )
    await asyncio.wait([collecting])
    assert collecting.cancelled()
    assert not path.exists()
    assert not host.freed


async def test_a_dump_that_is_whole_cannot_be_given_up_any_more(tmp_path: pathlib.Path) -> None:
    host, path = host_with(dump_of(CHUNK)), tmp_path / "dump.core"
    collection = DumpCollection()
    await collect_dump(host, WAITING, str(path), room=any_room, keep=False, collection=collection)
    collection.give_up()
    assert path.exists()
    assert host.freed
