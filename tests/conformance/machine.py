"""The machine under test through its host's files alone: three processors, its log, its events, its firmware."""

from __future__ import annotations

import contextlib

from rproc_tui.hosts.base import Host, HostKind
from rproc_tui.model.kernel_log import KernelLine, Uevent
from tests.conformance.images import IMAGES
from tests.conformance.journal import Journal
from tests.conformance.lines import MARK, is_ours, without_numbers
from tests.conformance.patience import until
from tests.conformance.processor import Processor, answer_of

FIRMWARE = "/lib/firmware"
FIRMWARE_PATH = "/sys/module/firmware_class/parameters/path"
DUMPS = "/sys/class/devcoredump"
RPMSG = "/sys/bus/rpmsg/devices"
VIRTIO = "/sys/bus/virtio/devices"
ASKED_FOR = "change"
"""The action of events that the suite itself asks for; remoteproc sends none of these."""


class Machine:
    """What every test of this suite is given, at rest."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.release = ""
        """Of its kernel."""
        self.m4 = Processor(host, "vr-m4", "vrproc.0", "vrproc-0.elf", "offline")
        self.r5 = Processor(host, "vr-r5", "vrproc.1", "rproc-vr-r5-fw", "offline")
        self.dsp = Processor(host, "vr-dsp", "vrproc.2", "vrproc-2.elf", "detached")
        self.processors = (self.m4, self.r5, self.dsp)
        self._installed: set[str] = set()
        self._own_files: set[str] = set()
        self._spoiled: set[Processor] = set()

    async def open(self) -> None:
        """Begin to listen."""
        self.release = (await self.host.read("/proc/sys/kernel/osrelease")).decode().strip()
        self.log: Journal[KernelLine] = Journal(self.host.kernel_log())
        self.events: Journal[Uevent] = Journal(self.host.uevents())

    async def close(self) -> None:
        """Leave it at rest."""
        await self.reset()
        await self.log.close()
        await self.events.close()

    @property
    def delay(self) -> int:
        """Milliseconds that something slow has to take so that much can be asked meanwhile."""
        return 200 if self.host.kind is HostKind.EMULATED else 3000

    @property
    def is_6_12(self) -> bool:
        """Where two kernels differ, it is as 6.12."""
        major, minor = self.release.split(".")[:2]
        return (int(major), int(minor)) >= (6, 12)

    async def reset(self) -> None:
        """Every processor at rest with its own firmware, no dump, no file of a test."""
        self.m4.touched = True  # most tests are about it, some through paths that only look at its device
        for processor in self.processors:
            if processor in self._spoiled:
                await processor.rebind()
            if processor.touched:
                await processor.reset()
        self._spoiled.clear()
        await self.free_dumps()
        if await self.host.read(FIRMWARE_PATH) != b"\n":
            await self.host.write(FIRMWARE_PATH, b"\0")
        for path in self._own_files:
            await self.host.remove(path)
        self._own_files.clear()

    def spoils(self, processor: Processor) -> None:
        """The test leaves a processor in a state that its files do not show: bind it anew afterwards."""
        self._spoiled.add(processor)

    # Firmware

    async def install(self, name: str, content: bytes | None = None, folder: str = FIRMWARE) -> None:
        """Put one of the suite's images in its place, or a file of the test's own, which goes with the test."""
        if content is not None:
            self._own_files.add(f"{folder}/{name}")
            await self.host.put(f"{folder}/{name}", content)
        elif name not in self._installed:
            await self.host.put(f"{FIRMWARE}/{name}", IMAGES[name]())
            self._installed.add(name)

    async def choose(self, processor: Processor, name: str, content: bytes | None = None) -> None:
        """Install an image and make it the processor's."""
        await self.install(name, content)
        await processor.write("firmware", name)

    async def start(self, processor: Processor, name: str = "good.elf", content: bytes | None = None) -> None:
        """Boot an image."""
        await self.choose(processor, name, content)
        await processor.write("state", "start")

    async def in_state(self, state: str) -> Processor:
        """A processor in a state: `vr-m4` with the good image, or `vr-dsp`, which is detached or attached."""
        if state in ("detached", "attached"):
            if state == "attached":
                await self.dsp.write("state", "start")
            return self.dsp
        if state != "offline":
            await self.start(self.m4)
        if state == "crashed":
            place = await self.now()
            await self.m4.write("recovery", "disabled")
            await self.m4.crash()
            await self.m4.becomes("crashed")
            await self.hears(place, "handling crash")
        assert await self.m4.state() == state
        return self.m4

    async def gone(self, name: str) -> None:
        """Take one of the suite's images away; the next `install` brings it back."""
        await self.host.remove(f"{FIRMWARE}/{name}")
        self._installed.discard(name)

    # What it says

    async def now(self) -> int:
        """The place in the log behind everything that was said until now.

        A mark of our own, left through `state`, shows that all of it has come.
        """
        mark = f"{MARK} {next(self.log.numbers)}."
        before, touched = len(self.log.items), self.r5.touched
        assert await self.r5.answer("state", mark) == "EINVAL"
        self.r5.touched = touched
        return await self.log.expect(before, lambda line: mark in line.text, mark) + 1

    async def lines_since(self, place: int) -> list[KernelLine]:
        """Every line from a place until now."""
        return [line for line in self.log.items[place : await self.now()] if MARK not in line.text]

    async def log_since(self, place: int) -> list[str]:
        """The remoteproc lines since a place as `<level> text`, without moving numbers and what a distribution adds."""
        lines = [f"<{line.level}> {line.text}" for line in await self.lines_since(place) if is_ours(line.text)]
        return [without_numbers(line) for line in lines]

    async def hears(self, place: int, text: str) -> KernelLine:
        """Wait for a line that holds a text."""
        return self.log.items[await self.log.expect(place, lambda line: text in line.text, text)]

    async def events_since(self, place: int) -> list[Uevent]:
        """Every event from a place until now."""
        return [event for event in self.events.items[place : await self.events_now()] if event.action != ASKED_FOR]

    async def events_now(self) -> int:
        """The place behind every event until now: one that was asked for shows that all have come."""
        before, touched = len(self.events.items), self.r5.touched
        await self.r5.write("uevent", ASKED_FOR)
        self.r5.touched = touched
        return await self.events.expect(before, lambda event: event.action == ASKED_FOR, "the event asked for") + 1

    # Devices

    async def devices(self, bus: str = RPMSG) -> list[str]:
        """What is on a bus, without moving numbers. Only processors of this machine count."""
        return sorted(without_numbers(name) for name in await self._own(bus))

    async def device(self, channel: str) -> str:
        """The folder of an rpmsg device, once it is announced."""
        found: list[str] = []

        async def there() -> bool:
            found[:] = [name for name in await self._own(RPMSG) if name.partition(".")[2].rsplit(".", 2)[0] == channel]
            return bool(found)

        await until(there, f"{channel} is announced")
        return f"{RPMSG}/{found[0]}"

    async def node(self, channel: str, kind: str = "rpmsg") -> str:
        """The folder of the node that a channel's driver makes, `kind` being its class; waits until it is there."""
        folder = f"{await self.device(channel)}/{kind}"
        found: list[str] = []

        async def there() -> bool:
            if kind in await self.host.list(folder.rpartition("/")[0]):
                found[:] = await self.host.list(folder)
            return bool(found)

        await until(there, f"{channel} has a node")
        return f"{folder}/{found[0]}"

    async def virtio_device(self) -> str:
        """Where the virtio device of the running `vr-m4` is, from its folder on: `rproc-virtio.1.auto/virtio5`."""
        (vdev,) = await self.m4.children()
        names = await self.host.list(self.m4.path(vdev))
        return f"{vdev}/{next(name for name in names if name.startswith('virtio'))}"

    async def _own(self, bus: str) -> list[str]:
        found = []
        for name in await self.host.list(bus):
            with contextlib.suppress(FileNotFoundError):  # it went just now, or with a processor that did not stop
                if "/vrproc." in await self.host.link(f"{bus}/{name}"):
                    await self.host.stat(f"{bus}/{name}")
                    found.append(name)
        return found

    async def dumps(self) -> list[str]:
        """The dumps that wait."""
        return [name for name in await self.host.list(DUMPS) if name.startswith("devcd")]

    async def free_dumps(self) -> None:
        """Free each of them, and wait until they are gone."""

        async def none_left() -> bool:
            for name in await self.dumps():
                await answer_of(self.host, f"{DUMPS}/{name}/data", b"1")
            return not await self.dumps()

        await until(none_left, "every dump is gone")
