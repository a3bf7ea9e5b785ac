"""The kernel's log of this machine from wherever it can be had: /dev/kmsg, else the file that a syslog daemon keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from rproc_tui.hosts import kmsg, log_file
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
        path = None if began else log_file.find(place)
        if path is None:
            raise
        async for line in log_file.lines(path):
            yield line
