"""Whether the kernel's log and its device events can be heard: without them crashes are not counted and seen late."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.linux.reading import reason, try_line

DMESG_RESTRICT = "/proc/sys/kernel/dmesg_restrict"

PATIENCE = 0.2
"""Seconds without an answer after which a stream is taken for open: it waits for something to happen."""


@dataclass(frozen=True, slots=True)
class News:
    """What opening the two streams gave."""

    log: OSError | None
    events: OSError | None
    restricted: bool = False
    """Whether the log is kept from users (kernel.dmesg_restrict)."""


async def read_news(host: Host, patience: float = PATIENCE) -> News:
    """Try both."""
    log, events, restrict = await asyncio.gather(
        _refusal(host.kernel_log(), patience), _refusal(host.uevents(), patience), try_line(host, DMESG_RESTRICT)
    )
    return News(log, events, restrict.text == "1")


async def _refusal(stream: AsyncIterator[object], patience: float) -> OSError | None:
    """With what the first look at a stream fails; None when it gives something or waits."""
    first = asyncio.ensure_future(anext(stream, None))
    await asyncio.wait({first}, timeout=patience)
    first.cancel()
    try:
        await first
    except OSError as error:
        return error
    except asyncio.CancelledError:
        return None
    finally:
        with contextlib.suppress(AttributeError):  # an iterator that is no generator holds nothing
            await stream.aclose()  # type: ignore[attr-defined]
    return None


def judge(news: News) -> list[Check]:
    """One line each."""
    return [_log(news), _events(news.events)]


def _log(news: News) -> Check:
    name = "kernel log"
    if news.log is None:
        return Check(Topic.KERNEL, name, Status.OK, "readable")
    lost = "crashes are not counted, and a failed boot cannot be explained"
    if news.log.errno in (errno.EPERM, errno.EACCES):
        cure = "run as root" + ("" if not news.restricted else ", or `sysctl kernel.dmesg_restrict=0`")
        why = "kernel.dmesg_restrict keeps it from users" if news.restricted else "it is for root only here"
        return Check(Topic.KERNEL, name, Status.MISSING, f"{why}: {lost}", cure)
    if news.log.errno == errno.ENOENT:
        cure = "in a container: hand in the device, `--device /dev/kmsg`; otherwise: `mknod /dev/kmsg c 1 11`"
        return Check(Topic.KERNEL, name, Status.MISSING, f"/dev/kmsg is not there: {lost}", cure)
    return Check(Topic.KERNEL, name, Status.BROKEN, f"{reason('/dev/kmsg', news.log)}: {lost}", "run as root")


def _events(error: OSError | None) -> Check:
    name = "device events"
    if error is None:
        return Check(Topic.KERNEL, name, Status.OK, "heard")
    detail = f"{error.strerror}: processors and channels that come and go are seen late"
    cure = "allow sockets of the family AF_NETLINK (seccomp, RestrictAddressFamilies=)"
    return Check(Topic.KERNEL, name, Status.MISSING, detail, cure)
