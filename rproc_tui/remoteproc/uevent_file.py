"""The `uevent` file of a device: reads as its properties; writing an action sends an event (lib/kobject_uevent.c)."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.attributes import properties_text, sysfs_file
from rproc_tui.remoteproc.c_text import c_string
from rproc_tui.remoteproc.errors import failure

if TYPE_CHECKING:
    from rproc_tui.remoteproc.environment import Environment
    from rproc_tui.remoteproc.virtual_tree import VirtualFile

ACTIONS = (b"add", b"remove", b"change", b"move", b"online", b"offline", b"bind", b"unbind")


def uevent_file(
    environment: Environment, devpath: str, subsystem: str, properties: Callable[[], Mapping[str, str]]
) -> VirtualFile:
    """The file of one device; EINVAL for what is no action. Arguments behind the action are not looked at."""

    def store(written: bytes) -> None:
        word = c_string(written).rstrip(b"\n").split(b" ", 1)[0]
        if word not in ACTIONS:
            raise failure(errno.EINVAL)
        environment.uevent(word.decode(), devpath, subsystem, {"SYNTH_UUID": "0", **properties()})

    return sysfs_file(0o644, lambda: properties_text(properties()), store)
