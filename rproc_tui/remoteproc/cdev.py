"""`/dev/remoteprocN` (drivers/remoteproc/remoteproc_cdev.c): words as in `state`, and a switch for closing."""

from __future__ import annotations

import errno
from contextlib import suppress
from typing import TYPE_CHECKING

from rproc_tui.model.processor import State
from rproc_tui.remoteproc.c_text import strncmp_equal
from rproc_tui.remoteproc.errors import failure

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc

MAJOR = 251
"""A kernel gives it out as it comes."""
WRITE_MOST = 10
SET_SHUTDOWN_ON_RELEASE = 0x4004_B701
"""The argument is an s32."""
GET_SHUTDOWN_ON_RELEASE = 0x8004_B702


class ProcessorDevice:
    """The device of one processor; whoever has it open shares one switch."""

    def __init__(self, rproc: Rproc) -> None:
        self._rproc = rproc
        self._shutdown_on_release = False

    def write(self, data: bytes) -> int:
        """`start`, `stop` or `detach`, or the beginning of one; no newline. OSError as the act gives it."""
        if not 1 <= len(data) <= WRITE_MOST:
            raise failure(errno.EINVAL)
        rproc, profile = self._rproc, self._rproc.environment.profile
        if strncmp_equal(data, b"start", len(data)):
            if rproc.state in profile.start_refused_in:
                raise failure(errno.EBUSY)
            rproc.boot()
        elif strncmp_equal(data, b"stop", len(data)):
            rproc.shutdown()
        elif profile.has_detach and strncmp_equal(data, b"detach", len(data)):
            rproc.detach()
        else:
            rproc.printk.error("Unrecognized option")
            raise failure(errno.EINVAL)
        return len(data)

    def ioctl(self, command: int, argument: int = 0) -> int:
        """Set or get whether closing stops the processor (EINVAL for any other command)."""
        if command == SET_SHUTDOWN_ON_RELEASE:
            self._shutdown_on_release = bool(argument)
            return 0
        if command == GET_SHUTDOWN_ON_RELEASE:
            return int(self._shutdown_on_release)
        self._rproc.printk.error("Unsupported ioctl")
        raise failure(errno.EINVAL)

    def release(self) -> None:
        """The last descriptor of an open file is closed; what goes wrong then is not told."""
        if not self._shutdown_on_release:
            return
        with suppress(OSError):
            if self._rproc.state is State.RUNNING:
                self._rproc.shutdown()
            elif self._rproc.state is State.ATTACHED:
                self._rproc.detach()
