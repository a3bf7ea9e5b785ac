"""The names under which a processor appears in the kernel's log: its own, its device's, its virtio devices'."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rproc_tui.model.kernel_log import KernelLine

_ID = re.compile(r"remoteproc[0-9]{1,6}")
_CHANNEL = re.compile(r"(virtio[0-9]{1,6})\.")
_CHARACTER_DEVICE = re.compile(r"c[0-9]+:([0-9]{1,6})")
"""DEVICE= of a processor with a character device: the minor is the processor's number."""


@dataclass(frozen=True, slots=True)
class Called:
    """What one processor is called."""

    id: str
    device: str
    """Path of the parent device below /sys."""
    name: str
    children: tuple[str, ...] = ()
    """Devices below it, such as `rproc-virtio.2.auto` and `virtio0`, where they are known."""


class Names:
    """Finds a processor by any of its names. Names that several have belong to none."""

    def __init__(self, processors: Iterable[Called]) -> None:
        self._by_device: dict[str, str] = {}
        self._by_name: dict[str, str | None] = {}
        for called in processors:
            for device in (posixpath.basename(called.device), *called.children):
                self._by_device[device] = called.id
            self._by_name[called.name] = None if called.name in self._by_name else called.id

    def of_device(self, device: str) -> str | None:
        """By the name of a device: `remoteproc0`, its parent's, one below it.

        `#vdev0buffer` behind a name is its child; `virtio0.rpmsg-tty.-1.1024` is a channel of `virtio0`.
        """
        own = device.partition("#")[0]
        if channel := _CHANNEL.match(own):
            own = channel[1]
        return own if _ID.fullmatch(own) else self._by_device.get(own)

    def of_name(self, name: str) -> str | None:
        """By the processor's name, where only one has it."""
        return self._by_name.get(name)

    def of_line(self, line: KernelLine, device: str | None) -> str | None:
        """By what a record says of its device, else by the prefix of its text."""
        key = line.device or ""
        if line.subsystem == "remoteproc" and (match := _CHARACTER_DEVICE.fullmatch(key)):
            return f"remoteproc{int(match[1])}"
        if key.startswith("+"):  # `+subsystem:device`
            found = self.of_device(key.partition(":")[2])
            if found is not None:
                return found
        return None if device is None else self.of_device(device)


NOBODY = Names(())
