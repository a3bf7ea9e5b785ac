"""The kernel's log of this machine from wherever it can be had: /dev/kmsg, else the file that a syslog daemon keeps."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Callable

from rproc_tui.hosts import kmsg
from rproc_tui.model.kernel_log import KernelLine

KMSG = "/dev/kmsg"


async def lines(place: Callable[[str], str] = str) -> AsyncIterator[KernelLine]:
    """Every line that is still there, then each new one; OSError with the errno of /dev/kmsg where there is no way.

    `place` tells where a path of the machine is on this one's disk.
    """
    began = False
    try:
        async for line in kmsg.records(place(KMSG)):
            began = True
            yield line
    except OSError:
        kept = None if began else in_a_file(place)
        if kept is None:
            raise
        async for line in kept:
            yield line


def in_a_folder(place: Callable[[str], str]) -> AsyncIterator[KernelLine]:
    """What a folder of files holds of a log: `var/log/kern.log` and the like; OSError(ENOENT) where it has none."""
    kept = in_a_file(place)
    if kept is None:
        raise FileNotFoundError(errno.ENOENT, "a folder of files has no kernel log", KMSG)
    return kept


def in_a_file(place: Callable[[str], str]) -> AsyncIterator[KernelLine] | None:
    """The lines of the best log file; None where there is none."""
    from rproc_tui.hosts import log_file  # noqa: PLC0415 (where /dev/kmsg can be read nobody pays for it)

    path = log_file.find(place)
    return None if path is None else log_file.lines(path)
