"""Emulated boards on which things go wrong: the conformance suite's, and one whose driver says what a vendor's says."""

from __future__ import annotations

import pathlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from rproc_tui.clock import SystemClock
from rproc_tui.controller.changes import Change
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.emulated.firmware_mount import FirmwareMount
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.emulated.kernel import SoftKernel
from rproc_tui.model.diagnosis import Diagnosis
from rproc_tui.model.outcome import Outcome, Verb
from rproc_tui.model.processor import Processor, State
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.device import Device
from rproc_tui.remoteproc.profile import PROFILES
from rproc_tui.remoteproc.registry import Registry
from tests.conformance.images import IMAGES
from tests.conformance.patience import until
from tests.conformance.vr_board import VrBoard
from tests.plain_board import PlainBoard, PlainDriver, Pool

CLASS = "/sys/class/remoteproc"
DEBUG = "/sys/kernel/debug/remoteproc"
STRICT = "v6.12"


@dataclass(frozen=True, slots=True)
class Says:
    """What a driver says of itself, `on` the processor or its platform device, and how its call ends."""

    text: str
    errno: int = 0
    on_processor: bool = False


class TalkingDriver(PlainDriver):
    """A processor of bytes whose driver prints a vendor's words."""

    def __init__(self, says: dict[str, Says], attached: bool) -> None:
        super().__init__()
        self._says = says
        self.is_attached = attached

    def prepare(self, rproc: Rproc) -> None:
        self._say("prepare", rproc)

    def start(self, rproc: Rproc) -> None:
        self._say("start", rproc)
        super().start(rproc)

    def stop(self, rproc: Rproc) -> None:
        self._say("stop", rproc)
        super().stop(rproc)

    def attach(self, rproc: Rproc) -> None:
        self._say("attach", rproc)

    def da_to_va(self, rproc: Rproc, da: int, length: int) -> memoryview | None:
        found = super().da_to_va(rproc, da, length)
        if found is None and "da_to_va" in self._says:
            rproc.parent_printk.error(self._says["da_to_va"].text.format(da=da, length=length))
        return found

    def _say(self, call: str, rproc: Rproc) -> None:
        said = self._says.get(call)
        if said is None:
            return
        (rproc.printk if said.on_processor else rproc.parent_printk).error(said.text)
        if said.errno:
            raise OSError(said.errno, "as its driver says")


@dataclass
class TalkingBoard(PlainBoard):
    """One processor with any driver's name."""

    driver: str = "plain-rproc"
    says: dict[str, Says] = field(default_factory=dict)
    attached: bool = False
    compatible: tuple[str, ...] = ()
    read_only: bool = False

    def __post_init__(self) -> None:
        super().__init__(("m4",))

    def probe(self, registry: Registry) -> None:
        self._registry = registry
        driver = TalkingDriver(self.says, self.attached)
        self.drivers = {"m4": driver}
        rproc = registry.alloc(
            Device("10000000.m4", self.driver, Pool(), compatible=self.compatible), "m4", driver, "fw.elf"
        )
        rproc.auto_boot = False
        rproc.sysfs_read_only = self.read_only
        if self.attached:
            rproc.state = State.DETACHED
        self.processors["m4"] = rproc
        registry.add(rproc)


class Here:
    """A controller over one board."""

    def __init__(self, controller: Controller, host: Host, folder: pathlib.Path) -> None:
        self.controller = controller
        self.host = host
        self.folder = folder

    def processor(self, name: str) -> Processor:
        return next(found for found in self.controller.snapshot.processors if found.name == name)

    async def act(self, name: str, verb: Verb, argument: str | None = None) -> Outcome:
        return await self.controller.act(self.processor(name).key, verb, argument)

    async def boot(self, name: str, firmware: str) -> Outcome:
        """Name a firmware and boot it; the suite's images are put in their place first."""
        await self.put(firmware)
        named = await self.act(name, Verb.FIRMWARE, firmware)
        assert named.ok, named
        return await self.act(name, Verb.BOOT)

    async def put(self, firmware: str) -> None:
        if firmware in IMAGES:
            (self.folder / firmware).write_bytes(IMAGES[firmware]())

    async def write(self, name: str, file: str, text: str) -> None:
        """As somebody else would, past the controller."""
        number = self.processor(name).id
        path = f"{DEBUG}/{number}{file}" if file.startswith("/") else f"{CLASS}/{number}/{file}"
        await self.host.write(path, text.encode())

    def stands(self, name: str) -> tuple[Diagnosis, ...]:
        """What is said of a processor as it stands."""
        return self.controller.diagnoses(self.processor(name).key)

    async def hears(self, code: str) -> Diagnosis:
        """Wait for an event that carries a diagnosis."""
        found: list[Diagnosis] = []

        async def there() -> bool:
            told = (diagnosis for event in self.controller.events for diagnosis in event.diagnoses)
            found[:] = [diagnosis for diagnosis in told if diagnosis.code == code]
            return bool(found)

        await until(there, f"{code} is heard")
        return found[0]

    async def hears_channel(self, name: str, channel: str) -> None:
        """Wait until a channel is announced."""

        async def there() -> bool:
            return any(found.name == channel for found in self.processor(name).rpmsg.channels)

        await until(there, f"{channel} is announced")

    async def becomes(self, name: str, state: State) -> None:
        async def there() -> bool:
            return self.processor(name).state is state

        await until(there, f"{name} is {state}")


@asynccontextmanager
async def opened(board: VrBoard | PlainBoard, folder: pathlib.Path, profile: str = STRICT) -> AsyncIterator[Here]:
    """A board as a host, and a controller that has seen it."""
    firmware = folder / "firmware"
    firmware.mkdir(exist_ok=True)
    mount = FirmwareMount(str(firmware))
    kernel = SoftKernel(replace(PROFILES[profile], firmware_suffixes=("",)), SystemClock(), mount)
    host = EmulatedHost("board", board, kernel, mount)
    settings = Settings(state_every=0.0, trace_every=0.0, table_every=0.0, state_folder=str(folder / "state"))
    controller = Controller([host], clock=SystemClock(), settings=settings)
    heard: list[Change] = []
    controller.subscribe(heard.append)
    await controller.start()
    try:
        yield Here(controller, host, firmware)
    finally:
        await controller.close()


def codes(diagnoses: Sequence[Diagnosis]) -> list[str]:
    """By their codes."""
    return [diagnosis.code for diagnosis in diagnoses]
