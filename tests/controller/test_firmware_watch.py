"""However a build replaces the file, the change is told once, when it is whole."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import pathlib
from collections.abc import AsyncIterator, Callable

import pytest
import watchfiles

from rproc_tui.clock import SystemClock
from rproc_tui.controller.firmware_watch import FileSettled, FileStirred, fingerprint, folders_behind, watch_file

SETTLE = 0.05


@contextlib.asynccontextmanager
async def watching(path: pathlib.Path) -> AsyncIterator[asyncio.Queue[FileStirred | FileSettled]]:
    told: asyncio.Queue[FileStirred | FileSettled] = asyncio.Queue()

    async def watch() -> None:
        async for change in watch_file(str(path), fingerprint(str(path)), clock=SystemClock(), settle=SETTLE):
            told.put_nowait(change)

    task = asyncio.create_task(watch())
    await asyncio.sleep(0)  # the known version is taken now
    try:
        yield told
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def settled(told: asyncio.Queue[FileStirred | FileSettled]) -> FileSettled:
    async with asyncio.timeout(5):
        while not isinstance(change := await told.get(), FileSettled):
            pass
    return change


def write_in_place(path: pathlib.Path) -> None:
    path.write_bytes(b"the second build")


def rename_over(path: pathlib.Path) -> None:
    other = path.with_suffix(".tmp")
    other.write_bytes(b"the second build")
    other.replace(path)


def delete_and_make_again(path: pathlib.Path) -> None:
    path.unlink()
    path.write_bytes(b"the second build")


def many_saves(path: pathlib.Path) -> None:
    for number in range(10):
        path.write_bytes(b"build %d" % number)


@pytest.mark.parametrize("replace", [write_in_place, rename_over, delete_and_make_again, many_saves])
async def test_a_replaced_file_is_told_once_as_it_ends_up(
    tmp_path: pathlib.Path, replace: Callable[[pathlib.Path], None]
) -> None:
    path = tmp_path / "fw.elf"
    path.write_bytes(b"first")
    async with watching(path) as told:
        replace(path)
        change = await settled(told)
        assert change.fingerprint == fingerprint(str(path))
        await asyncio.sleep(SETTLE * 4)
        assert told.empty()


async def test_a_link_that_is_pointed_elsewhere_is_a_change_and_so_is_the_new_target(tmp_path: pathlib.Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "build.elf").write_bytes(name.encode())
    link = tmp_path / "fw.elf"
    link.symlink_to("a/build.elf")
    async with watching(link) as told:
        other = tmp_path / "fw.new"
        other.symlink_to("b/build.elf")
        other.replace(link)
        assert (await settled(told)).fingerprint == fingerprint(str(tmp_path / "b" / "build.elf"))
        (tmp_path / "b" / "build.elf").write_bytes(b"again")
        assert (await settled(told)).fingerprint == fingerprint(str(tmp_path / "b" / "build.elf"))


async def test_where_the_system_has_no_more_watches_to_give_the_file_is_looked_at_from_time_to_time(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def awatch(*_folders: str, **_options: object) -> AsyncIterator[None]:
        raise OSError(errno.ENOSPC, "OS file watch limit reached")
        yield

    monkeypatch.setattr(watchfiles, "awatch", awatch)
    path = tmp_path / "fw.elf"
    path.write_bytes(b"first")
    async with watching(path) as told:
        rename_over(path)
        assert (await settled(told)).fingerprint == fingerprint(str(path))


@pytest.mark.parametrize(("folder", "neighbour"), [(b"build", b"bad\xff"), (b"bu\xffild", b"fine")])
async def test_names_that_are_no_utf_8_do_not_end_the_watch(
    tmp_path: pathlib.Path, folder: bytes, neighbour: bytes
) -> None:
    here = tmp_path / os.fsdecode(folder)
    try:
        here.mkdir()
        (here / os.fsdecode(neighbour)).touch()
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    path = here / "fw.elf"
    path.write_bytes(b"first")
    async with watching(path) as told:
        for build in (b"the second", b"the third one"):
            (here / os.fsdecode(neighbour)).write_bytes(build)
            await asyncio.sleep(SETTLE * 3)
            path.write_bytes(build)
            assert (await settled(told)).fingerprint == fingerprint(str(path))


async def test_a_file_held_open_by_its_writer_is_not_told(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "fw.elf"
    path.write_bytes(b"first")
    async with watching(path) as told:
        with path.open("wb") as writer:
            writer.write(b"half")
            writer.flush()
            await asyncio.sleep(SETTLE * 6)
            assert not any(isinstance(told.get_nowait(), FileSettled) for _ in range(told.qsize()))
        assert (await settled(told)).fingerprint == fingerprint(str(path))


async def test_a_file_that_goes_away_is_told_as_gone(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "fw.elf"
    path.write_bytes(b"first")
    async with watching(path) as told:
        path.unlink()
        assert (await settled(told)).fingerprint is None


async def test_other_files_of_the_folder_are_not_told(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "fw.elf"
    path.write_bytes(b"first")
    async with watching(path) as told:
        (tmp_path / "other.elf").write_bytes(b"x")
        await asyncio.sleep(SETTLE * 4)
        assert told.empty()


def test_every_folder_on_the_way_through_links_is_watched(tmp_path: pathlib.Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "fw.elf").symlink_to("../out/latest.elf")
    (tmp_path / "out" / "latest.elf").symlink_to("missing/fw.elf")
    assert folders_behind(str(tmp_path / "lib" / "fw.elf")) == (str(tmp_path / "lib"), str(tmp_path / "out"))


def test_a_loop_of_links_has_an_end(tmp_path: pathlib.Path) -> None:
    os.symlink("fw.elf", tmp_path / "fw.elf")
    assert folders_behind(str(tmp_path / "fw.elf")) == (str(tmp_path),)
