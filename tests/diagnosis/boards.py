"""Emulated boards on which things go wrong: the conformance suite's, and one whose driver says what a vendor's says."""

from __future__ import annotations

import errno
import itertools
import pathlib
import struct
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from rproc_tui.clock import SystemClock
from rproc_tui.controller.changes import Change
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.emulator.device_tree import TreeNode, as_files
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
from tests.plain_board import MEMORY_BASE, MEMORY_SIZE, Pool

CLASS = "/sys/class/remoteproc"
DEBUG = "/sys/kernel/debug/remoteproc"
STRICT = "v6.12"


@dataclass(frozen=True, slots=True)
class Says:
    """What a driver says of itself, `on` the processor or its platform device, and how its call ends."""

    text: str
    errno: int = 0
    on_processor: bool = False
    bare: bool = False
    """The line has no device in front."""


@dataclass(frozen=True, slots=True)
class Core:
    """One processor of a talking board."""

    driver: str = "plain-rproc"
    says: Mapping[str, Says] = field(default_factory=dict)
    """By the call in which it says it."""
    memory: tuple[tuple[int, int], ...] = ((MEMORY_BASE, MEMORY_SIZE),)
    """Address and size; each is a `memory-region` of its node."""
    compatible: str = "test,core"
    attached: bool = False
    """The boot loader has started it."""
    read_only: bool = False
    auto_boot: bool = False
    has_kick: bool = True


class TalkingDriver:
    """A processor of bytes whose driver prints a vendor's words."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._memory = {da: memoryview(bytearray(size)) for da, size in core.memory}

    def prepare(self, rproc: Rproc) -> None:
        self._say("prepare", rproc)

    def start(self, rproc: Rproc) -> None:
        self._say("start", rproc)

    def stop(self, rproc: Rproc) -> None:
        self._say("stop", rproc)

    def attach(self, rproc: Rproc) -> None:
        self._say("attach", rproc)

    def get_loaded_rsc_table(self, _rproc: Rproc) -> memoryview | None:
        """What it finds where a table is expected: nothing, or the words of `table`."""
        said = self._core.says.get("table")
        return None if said is None else memoryview(bytearray(bytes.fromhex(said.text)))

    def da_to_va(self, rproc: Rproc, da: int, length: int) -> memoryview | None:
        for base, view in self._memory.items():
            if base <= da and da + length <= base + len(view):
                return view[da - base : da - base + length]
        if "da_to_va" in self._core.says:
            rproc.parent_printk.error(self._core.says["da_to_va"].text.format(da=da, length=length))
        return None

    def _say(self, call: str, rproc: Rproc) -> None:
        said = self._core.says.get(call)
        if said is None:
            return
        if said.bare:
            rproc.environment.log(3, said.text)
        elif said.text:
            (rproc.printk if said.on_processor else rproc.parent_printk).error(said.text)
        if said.errno:
            raise OSError(said.errno, "as its driver says")


class KickingDriver(TalkingDriver):
    """One that has a doorbell."""

    def kick(self, rproc: Rproc, _notifyid: int) -> None:
        self._say("kick", rproc)


class TalkingBoard:
    """Processors with any driver's name, and a device tree that tells their memory."""

    def __init__(self, **cores: Core) -> None:
        self._cores = cores
        self._tree = _tree(cores)
        self.device_tree = as_files(self._tree)
        self._rprocs: dict[str, Rproc] = {}
        self._registry: Registry | None = None

    def on_activity(self, _listener: Callable[[], None]) -> None:
        """Nothing moves by itself."""

    def probe(self, registry: Registry) -> None:
        self._registry = registry
        registry.register_driver("talking", self._bind, self._unbind)
        for name in self._cores:
            self._bind(self.device(name))

    def device(self, name: str) -> Device:
        core, number = self._cores[name], list(self._cores).index(name)
        node = self._tree.children[number]
        return Device(f"{number + 1}0000000.{name}", core.driver, Pool(), node.path, (core.compatible,))

    def remove(self) -> None:
        for name in self._cores:
            self._unbind(self.device(name))

    def _bind(self, device: Device) -> None:
        assert self._registry is not None
        name = device.name.partition(".")[2]
        core = self._cores[name]
        driver = KickingDriver(core) if core.has_kick else TalkingDriver(core)
        rproc = self._registry.alloc(device, name, driver, f"{name}.elf")
        rproc.auto_boot, rproc.sysfs_read_only = core.auto_boot, core.read_only
        if core.attached:
            rproc.state = State.DETACHED
        self._rprocs[name] = rproc
        self._registry.add(rproc)

    def _unbind(self, device: Device) -> None:
        assert self._registry is not None
        rproc = self._rprocs.pop(device.name.partition(".")[2], None)
        if rproc is not None:
            self._registry.delete(rproc)
            self._registry.free(rproc)

    def rebind(self, name: str) -> None:
        """As if its driver came anew."""
        self._unbind(self.device(name))
        self._bind(self.device(name))


def _tree(cores: Mapping[str, Core]) -> TreeNode:
    """A node for each processor, and one for each of its memories."""
    handles = itertools.count(1)
    nodes, reserved = [], []
    for number, (name, core) in enumerate(cores.items()):
        own = []
        for da, size in core.memory:
            own.append(next(handles))
            cells = {"reg": struct.pack(">2I", da, size), "phandle": struct.pack(">I", own[-1])}
            reserved.append(_node(f"{name}-{da:x}@{da:x}", "/reserved-memory", cells))
        properties = {
            "compatible": core.compatible.encode() + b"\0",
            "memory-region": struct.pack(f">{len(own)}I", *own),
        }
        nodes.append(_node(f"{name}@{number + 1}0000000", "", properties))
    one = {"#address-cells": struct.pack(">I", 1), "#size-cells": struct.pack(">I", 1)}
    memory = _node("reserved-memory", "", {**one, "ranges": b""}, tuple(reserved))
    return _node("", "", {**one, "model": b"talking\0"}, (*nodes, memory))


def _node(name: str, above: str, properties: dict[str, bytes], children: tuple[TreeNode, ...] = ()) -> TreeNode:
    return TreeNode(name, f"{above}/{name}", "test", properties, children)


class WithoutDebugfs(EmulatedHost):
    """A machine on which nobody mounted it."""

    async def list(self, path: str) -> list[str]:
        if path == "/sys/kernel/debug":
            return []
        if path.startswith("/sys/kernel/debug/"):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
        return await super().list(path)


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
async def opened(
    board: VrBoard | TalkingBoard, folder: pathlib.Path, profile: str = STRICT, *, debugfs: bool = True
) -> AsyncIterator[Here]:
    """A board as a host, and a controller that has seen it."""
    firmware = folder / "firmware"
    firmware.mkdir(exist_ok=True)
    mount = FirmwareMount(str(firmware))
    kernel = SoftKernel(replace(PROFILES[profile], firmware_suffixes=("",)), SystemClock(), mount)
    host = (EmulatedHost if debugfs else WithoutDebugfs)("board", board, kernel, mount)
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
