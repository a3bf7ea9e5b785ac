from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from rproc_tui.linux.doctor.check import Status
from rproc_tui.linux.doctor.news import News, judge, read_news
from rproc_tui.model.kernel_log import KernelLine, Uevent
from tests.linux.memory_host import MemoryHost, failure


@dataclass
class Streams(MemoryHost):
    """A log that has a line, events that never come; or the errno that each gives."""

    log: int | None = None
    events: int | None = None
    ended: int = 0

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        if self.log is not None:
            raise failure(self.log, "/dev/kmsg")
        try:
            yield KernelLine(sequence=0, seconds=0.0, level=6, text="hello")
        finally:
            self.ended += 1

    async def uevents(self) -> AsyncIterator[Uevent]:
        if self.events is not None:
            raise failure(self.events, "")
        try:
            await asyncio.Event().wait()
            yield Uevent("add", "/devices/x", "platform", {})
        finally:
            self.ended += 1


async def test_streams_that_give_or_wait_are_open_and_are_closed_again() -> None:
    host = Streams()
    news = await read_news(host, patience=0.01)
    assert news == News(None, None)
    assert host.ended == 2
    assert {check.status for check in judge(news)} == {Status.OK}


@pytest.mark.parametrize(
    ("number", "restrict", "words", "cure"),
    [
        (errno.EPERM, b"1\n", "kernel.dmesg_restrict keeps it", "`sysctl kernel.dmesg_restrict=0`"),
        (errno.EACCES, b"0\n", "for root only", "run as root"),
        (errno.ENOENT, b"0\n", "/dev/kmsg is not there", "--device /dev/kmsg"),
        (errno.EIO, b"0\n", "EIO", "run as root"),
    ],
)
async def test_a_log_that_may_not_be_read_says_why(number: int, restrict: bytes, words: str, cure: str) -> None:
    host = Streams({"/proc/sys/kernel/dmesg_restrict": restrict}, log=number)
    check = judge(await read_news(host, patience=0.01))[0]
    assert check.status is not Status.OK
    assert "crashes are not counted" in check.detail
    assert words in check.detail
    assert cure in (check.cure or "")


async def test_events_that_cannot_be_heard_say_what_to_allow() -> None:
    check = judge(await read_news(Streams(events=errno.EAFNOSUPPORT), patience=0.01))[1]
    assert check.status is Status.MISSING
    assert check.detail.startswith("Address family not supported by protocol: ")
    assert "AF_NETLINK" in (check.cure or "")
