"""One processor as OpenAMP holds it (`struct remoteproc`). The calls on it stand in the other files of this package."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from rproc_tui.model.openamp_state import OpenampState
from rproc_tui.remoteproc.openamp.notify_ids import NotifyIds
from rproc_tui.remoteproc.openamp.ops import Operations

if TYPE_CHECKING:
    from rproc_tui.remoteproc.openamp.firmware_image import FirmwareImage
    from rproc_tui.remoteproc.openamp.io_region import IoRegion
    from rproc_tui.remoteproc.openamp.memory import Memory
    from rproc_tui.remoteproc.openamp.virtio_device import VirtioDevice
    from rproc_tui.rpmsg.log_level import Log


def _ignore_log(_level: int, _text: str) -> None:
    """The log of a processor whose words nobody wants."""


class Remoteproc:
    """What the calls of this package work on; the caller makes it and hands it to `init`."""

    def __init__(self, log: Log = _ignore_log) -> None:
        """`log` takes libmetal's levels (3 is an error, 4 a warning) and lines that end in CR LF."""
        self.log = log
        self.zero()

    def zero(self) -> None:
        """Forget everything but where to log."""
        self.lock = threading.Lock()
        self.ops = Operations()
        self.private: object = None
        self.state = OpenampState.OFFLINE
        self.bootaddr = 0
        self.loader: Callable[[], FirmwareImage] | None = None
        """What takes images apart; once a first image was recognised, it takes all that follow."""
        self.rsc_table: memoryview | None = None
        """The resource table in the processor's memory."""
        self.rsc_io: IoRegion | None = None
        """The memory that it lies in."""
        self.mems: list[Memory] = []
        self.vdevs: list[VirtioDevice] = []
        self.notify_ids = NotifyIds()
