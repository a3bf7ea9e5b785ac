"""What a kernel keeps for minutes holds up neither other calls nor the program's end."""

from __future__ import annotations

import asyncio
import errno
import os
import pathlib
import subprocess
import sys
import threading

import pytest

from rproc_tui.hosts.local import LocalHost
from rproc_tui.hosts.own_thread import on_own_thread

MANY = 40
"""More than any pool of this interpreter has threads."""
STUCK_WRITE = """
import asyncio, sys
from rproc_tui.hosts.local import LocalHost

async def leave():
    task = asyncio.create_task(LocalHost().write(sys.argv[1], b"start"))
    await asyncio.sleep(0)

asyncio.run(leave())
"""


async def test_an_answer_and_an_error_come_back() -> None:
    def refuse() -> None:
        raise OSError(errno.EBUSY, "busy")

    assert await on_own_thread(divmod, 7, 2) == (3, 1)
    with pytest.raises(OSError, match="busy"):
        await on_own_thread(refuse)


async def test_a_call_that_nobody_waits_for_any_more_ends_quietly() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def slow() -> None:
        go_on.wait()
        ended.set()

    task = asyncio.create_task(on_own_thread(slow))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    assert await asyncio.to_thread(ended.wait, 5)
    await asyncio.sleep(0)


async def test_many_writes_that_wait_hold_up_no_read(tmp_path: pathlib.Path) -> None:
    fifos = [str(tmp_path / f"fifo{number}") for number in range(MANY)]
    for fifo in fifos:
        os.mkfifo(fifo)
    (tmp_path / "state").write_text("offline\n")
    host = LocalHost()
    writes = [asyncio.create_task(host.write(fifo, b"start")) for fifo in fifos]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        assert await host.read(str(tmp_path / "state")) == b"offline\n"
        assert not any(write.done() for write in writes)
        readers = [os.open(fifo, os.O_RDONLY | os.O_NONBLOCK) for fifo in fifos]
        await asyncio.gather(*writes)
    for reader in readers:
        assert os.read(reader, 16) == b"start"
        os.close(reader)


def test_a_write_that_never_ends_does_not_keep_the_program(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    command = [sys.executable, "-c", STUCK_WRITE, str(tmp_path / "fifo")]
    assert subprocess.run(command, check=False, timeout=20).returncode == 0
