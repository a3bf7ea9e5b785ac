"""Files that come in parts are installed when all of them are there and right, and not before."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import zlib

import pytest

from rproc_tui.hosts.agent_put import OPEN_MOST, SIZE_MOST, Coming, ComingFiles
from rproc_tui.hosts.emulated.host import EmulatedHost
from tests.hosts.test_agent_host import agent_of, answering, connected

PATH = "/lib/firmware/x.elf"


def announced(content: bytes, *, compressed: bool = False) -> Coming:
    return Coming(PATH, len(content), hashlib.sha256(content).hexdigest(), compressed)


@pytest.mark.parametrize("compressed", [True, False])
def test_parts_may_overtake_each_other(*, compressed: bool) -> None:
    content = os.urandom(1000)
    stream = zlib.compress(content) if compressed else content
    files = ComingFiles()
    number = files.begin(announced(content, compressed=compressed))
    offsets = list(range(0, len(stream), 100))
    random.Random(1).shuffle(offsets)  # noqa: S311
    for offset in offsets:
        files.add(number, offset, stream[offset : offset + 100])
    assert files.end(number) == (PATH, content)


@pytest.mark.parametrize("parts", [[], [(0, b"ab")], [(0, b"abd")], [(0, b"abcd")]])
def test_what_is_missing_too_much_or_wrong_is_not_taken(parts: list[tuple[int, bytes]]) -> None:
    files = ComingFiles()
    number = files.begin(announced(b"abc"))
    for offset, part in parts:
        files.add(number, offset, part)
    with pytest.raises(OSError, match="digest"):
        files.end(number)
    with pytest.raises(OSError, match="on its way"):
        files.end(number)


def test_a_damaged_stream_is_not_taken() -> None:
    files = ComingFiles()
    number = files.begin(announced(b"abc", compressed=True))
    files.add(number, 0, b"no zlib")
    with pytest.raises(OSError, match="damaged"):
        files.end(number)


def test_size_and_number_of_files_on_their_way_are_bounded() -> None:
    files = ComingFiles()
    with pytest.raises(OSError, match="bytes"):
        files.begin(Coming(PATH, SIZE_MOST + 1, "", compressed=False))
    numbers = [files.begin(announced(b"x")) for _ in range(OPEN_MOST)]
    with pytest.raises(OSError, match="on their way"):
        files.begin(announced(b"x"))
    files.drop(numbers[0])
    number = files.begin(announced(b"x"))
    with pytest.raises(OSError, match="announced"):
        files.add(number, 0, bytes(1_000_000))


async def test_a_large_file_comes_in_parts_and_tells_how_far_it_is(plain_host: EmulatedHost) -> None:
    content, told = os.urandom(700_000), list[tuple[int, int]]()
    async with connected(agent_of(plain_host)) as host:
        await host.put(PATH, content, progress=lambda *so_far: told.append(so_far))
    assert await plain_host.read(PATH) == content
    assert len(told) > 2
    assert told == sorted(told)
    assert told[-1] == (len(content), len(content))


async def test_a_put_that_is_cancelled_leaves_the_old_file(plain_host: EmulatedHost) -> None:
    await plain_host.put(PATH, b"old")

    def cancel(_done: int, _size: int) -> None:
        putting.cancel()

    async with connected(agent_of(plain_host)) as host:
        for _ in range(OPEN_MOST + 1):  # each is forgotten at the other end
            putting = asyncio.ensure_future(host.put(PATH, os.urandom(700_000), progress=cancel))
            await asyncio.wait([putting])
            assert putting.cancelled()
        await host.put(f"{PATH}.new", os.urandom(700_000))
    assert await plain_host.read(PATH) == b"old"


async def test_an_agent_that_knows_no_parts_is_sent_the_whole() -> None:
    async with connected(answering({"ok": True})) as host:
        await host.put(PATH, os.urandom(100_000))
