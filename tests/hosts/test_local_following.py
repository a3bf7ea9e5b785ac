"""Files are looked at on a thread, and whoever follows it is woken only by what is new."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from rproc_tui.hosts.local import LocalHost
from rproc_tui.hosts.local_following import Looks

SOON = 0.001
PATIENCE = 10.0


class Answers:
    """A file that says one thing after the other, each as often as it is told to."""

    def __init__(self, *answers: bytes | OSError) -> None:
        self._answers = list(answers)
        self.looks = 0
        self.waited_for = threading.Event()

    def __call__(self) -> bytes:
        answer = self._answers[min(self.looks, len(self._answers) - 1)]
        self.looks += 1
        if self.looks >= len(self._answers) + 5:
            self.waited_for.set()
        if isinstance(answer, OSError):
            raise answer
        return answer


async def collected(read: Callable[[], bytes]) -> list[bytes]:
    async with asyncio.timeout(PATIENCE):
        return [content async for content in Looks().follow(read, SOON)]


async def test_only_what_differs_is_told_and_a_file_that_is_gone_ends_it() -> None:
    gone = FileNotFoundError(errno.ENOENT, "gone")
    assert await collected(Answers(b"a", b"a", b"b", b"b", b"b", b"a", gone)) == [b"a", b"b", b"a"]


async def test_another_error_is_raised() -> None:
    with pytest.raises(PermissionError):
        await collected(Answers(b"a", PermissionError(errno.EACCES, "no")))


async def test_a_file_that_cannot_even_be_asked_for_ends_nobody_elses_following(tmp_path: Path) -> None:
    host = LocalHost()
    (tmp_path / "state").write_bytes(b"offline\n")
    following = host.follow(str(tmp_path / "state"), SOON)
    async with asyncio.timeout(PATIENCE):
        assert await anext(following) == b"offline\n"
        with pytest.raises(ValueError, match="null byte"):
            await anext(host.follow("/no\0file", SOON))
        (tmp_path / "state").write_bytes(b"running\n")
        assert await anext(following) == b"running\n"


async def test_nobody_looks_while_the_last_answer_is_not_taken() -> None:
    read = Answers(b"a", b"b", b"c", b"d", b"e", b"f")
    async with contextlib.aclosing(Looks().follow(read, SOON)) as following, asyncio.timeout(PATIENCE):
        assert await anext(following) == b"a"
        await asyncio.sleep(20 * SOON)
        assert read.looks == 1
        assert await anext(following) == b"b"


async def test_the_thread_ends_with_its_follower() -> None:
    read = Answers(b"a")
    waiting = asyncio.create_task(collected(read))
    await asyncio.to_thread(read.waited_for.wait, PATIENCE)
    looker = next(thread for thread in threading.enumerate() if thread.name == "follow")
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.to_thread(looker.join, PATIENCE)
    assert not looker.is_alive()


async def test_several_files_are_followed_by_one_thread_and_each_at_its_own_pace() -> None:
    looks, quick, slow = Looks(), Answers(b"a"), Answers(b"b")
    async with (
        contextlib.aclosing(looks.follow(quick, SOON)) as first,
        contextlib.aclosing(looks.follow(slow, 3600.0)) as second,
        asyncio.timeout(PATIENCE),
    ):
        assert (await anext(first), await anext(second)) == (b"a", b"b")
        waiting = [asyncio.ensure_future(anext(following)) for following in (first, second)]
        await asyncio.to_thread(quick.waited_for.wait, PATIENCE)
        assert [thread.name for thread in threading.enumerate()].count("follow") == 1
        assert slow.looks == 1
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_file_of_a_folder_is_followed_through_its_links(tmp_path: Path) -> None:
    host = LocalHost(str(tmp_path))
    await host.put("/real/state", b"offline\n")
    (tmp_path / "class").symlink_to("/real")
    following = host.follow("/class/state", SOON)
    async with asyncio.timeout(PATIENCE):
        assert await anext(following) == b"offline\n"
        await host.put("/real/state", b"running\n")
        assert await anext(following) == b"running\n"
        await host.remove("/real/state")
        assert [content async for content in following] == []
