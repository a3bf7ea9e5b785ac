"""Names that move, by names that do not: `{m4}` is a processor's number, `{m4.virtio}` its virtio device, and so on."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

from tests.conformance.machine import Machine
from tests.conformance.processor import Processor
from tests.conformance.script import replaced

PLACEHOLDER = re.compile(r"\{((?:m4|r5|dsp)(?:\.\w+)?|dump|release)\}")
NODES = {
    "ctrl": ("rpmsg_ctrl", "rpmsg"),
    "raw": ("rpmsg-raw", "rpmsg"),
    "echo": ("vrproc-echo", "rpmsg"),
    "tty": ("rpmsg-tty", "tty"),
}
"""Channel and class of the nodes below /dev."""


class Placeholders:
    """What is gone keeps the name that it had, so that a script can ask for it and be refused."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._last: dict[str, str] = {}
        self._sure: dict[str, str] = {}
        """What nothing has happened to since it was looked up: a machine under QEMU is slow."""

    async def filled(self, value: Any) -> Any:
        """A JSON value with every placeholder replaced; AssertionError for one that never was anything."""
        for name in PLACEHOLDER.findall(json.dumps(value)):
            if name not in self._sure:
                self._sure[name] = await self._look_up(name)
        return replaced(value, self._sure)

    def doubt(self, *, processors: bool) -> None:
        """Something may have happened to devices, or even to `processors`: look them up again."""
        kept = () if processors else ("m4", "r5", "dsp", "release")
        self._sure = {name: value for name, value in self._sure.items() if name in kept}

    async def _look_up(self, name: str) -> str:
        with contextlib.suppress(OSError, LookupError):
            self._last[name] = await self._now(name)
        assert name in self._last, f"there is no {name} yet"
        return self._last[name]

    async def _now(self, name: str) -> str:
        owner, _, what = name.partition(".")
        if owner == "release":
            return self._machine.release
        if owner == "dump":
            return (await self._machine.dumps())[0]
        processor: Processor = getattr(self._machine, owner)
        await processor.find()
        return await self._of_processor(processor, what)

    async def _of_processor(self, processor: Processor, what: str) -> str:
        if not what:
            return processor.id
        vdev = (await processor.children())[0]
        if what == "vdev":
            return vdev
        virtio = await self._first(processor.path(vdev), r"virtio\d+")
        if what == "virtio":
            return virtio
        folder = processor.path(f"{vdev}/{virtio}")
        if what == "made":
            control = f"{folder}/{virtio}.rpmsg_ctrl.0.0/rpmsg"
            return await self._first(f"{control}/{await self._first(control, r'rpmsg_ctrl.*')}", r"rpmsg\d+")
        channel, kind = NODES[what]
        device = await self._first(folder, rf"virtio\d+\.{channel}\..*")
        return await self._first(f"{folder}/{device}/{kind}", r"(rpmsg|ttyRPMSG).*")

    async def _first(self, folder: str, pattern: str) -> str:
        names = [name for name in await self._machine.host.list(folder) if re.fullmatch(pattern, name)]
        return names[0]
