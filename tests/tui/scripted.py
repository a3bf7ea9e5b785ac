"""A controller that does what a test tells it, over hand-made processors: no host, no files, no time of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from textual.content import Content

from rproc_tui.clock import ManualClock
from rproc_tui.controller.changes import Change, KernelLogAdvanced, SnapshotChanged, TraceAdvanced
from rproc_tui.controller.firmware_choices import FirmwareChoice
from rproc_tui.controller.live_memory import LiveMemory
from rproc_tui.controller.source_lines import SourceLines
from rproc_tui.crash.evidence import Evidence
from rproc_tui.crash.report import CrashReport
from rproc_tui.errors import NoSuchProcessor, RprocTuiError
from rproc_tui.firmware.facts import Elf, FirmwareFacts, KernelVerdict, Section, Segment
from rproc_tui.linux import availability
from rproc_tui.model.crash import CrashRecord
from rproc_tui.model.diagnosis import Diagnosis
from rproc_tui.model.event import Event
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.outcome import Outcome, Pending, Result, Verb
from rproc_tui.model.processor import HostState, Processor, ProcessorKey, Snapshot, State
from rproc_tui.model.resource_table import CarveoutEntry, ResourceTable, TraceEntry, VdevEntry, Vring
from rproc_tui.model.rpmsg import RingFill, Rpmsg, RpmsgChannel, RpmsgEndpoint
from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.ring import TraceRing
from rproc_tui.tui.view import View
from rproc_tui.tui.wall_time import WallTime

KIB = 1024


def key(name: str, host: str = "demo") -> ProcessorKey:
    return ProcessorKey(host, f"/sys/devices/platform/{name}")


def table() -> ResourceTable:
    vrings = (Vring(0x10040000, 16, 16, 0, 0), Vring(0x10041000, 16, 16, 1, 0))
    return ResourceTable(
        (
            CarveoutEntry(0, None, 0x10042000, 0x10042000, 16 * KIB, 0, "vdev0buf"),
            VdevEntry(1, None, 7, 0, 1, 1, 0, 7, 2, vrings),
            TraceEntry(2, None, 0x10049120, 4 * KIB, "log"),
        ),
        num=3,
    )


def regions() -> tuple[Region, ...]:
    return (
        Region("retram", 0x0, 64 * KIB, RegionKind.INTERNAL),
        Region("sram", 0x10000000, 384 * KIB, RegionKind.RESERVED),
        Region("vdev0buffer", 0x10042000, 16 * KIB, RegionKind.CARVEOUT),
    )


def rpmsg() -> Rpmsg:
    channels = (
        RpmsgChannel("virtio0.rpmsg-raw.-1.1024", "rpmsg-raw", 0x400, 0x400, "rpmsg_chrdev", node="/dev/rpmsg0"),
        RpmsgChannel("virtio0.rpmsg-tty.-1.1025", "rpmsg-tty", 0x401, 0x401, "rpmsg_tty", node="/dev/ttyRPMSG0"),
        RpmsgChannel("virtio0.sensor.-1.1026", "sensor", None, 0x402, control="/dev/rpmsg_ctrl0"),
    )
    rings = (
        RingFill("virtio0", "input", 16, 0, 13, 3, 1234),
        RingFill("virtio0", "output", 16, 0, 16, 0, 17),
    )
    endpoints = (RpmsgEndpoint("/dev/rpmsg1", "mine", None, 0x400),)
    return Rpmsg(channels, endpoints, ("/dev/rpmsg_ctrl0",), rings)


def facts() -> FirmwareFacts:
    segments = (
        Segment(0, 1, 0x1000, 0x0, 0x0, 41 * KIB, 41 * KIB, 5, 4),
        Segment(1, 1, 0xB000, 0x10000000, 0x10000000, 8 * KIB, 96 * KIB, 6, 4),
    )
    sections = (
        Section(1, ".isr_vector", 1, 6, 0x0, 0x1000, 0x298),
        Section(2, ".text", 1, 6, 0x298, 0x1298, 40 * KIB),
        Section(3, ".data", 1, 3, 0x10000000, 0xB000, 8 * KIB),
        Section(4, ".bss", 8, 3, 0x10002000, 0xD000, 88 * KIB),
    )
    elf = Elf(32, "little", "ARM", 40, "EXEC", 0x249, 0, segments, sections, has_dwarf=True, has_symbols=True)
    return FirmwareFacts("hub.elf", 180_000, "0" * 64, "elf", KernelVerdict("ok", "ok", "ok"), elf, table(), ())


def processors() -> tuple[Processor, ...]:
    return (
        Processor(
            key("m4"),
            "remoteproc0",
            "m4",
            State.RUNNING,
            firmware="hub.elf",
            firmware_path="/lib/firmware/hub.elf",
            firmware_local_path="/home/user/demo/firmware/hub.elf",
            recovery="enabled",
            coredump="disabled",
            driver="stm32-rproc",
            core="Cortex-M4",
            boot_address=0x10000249,
            power=1,
            crashes=0,
            traces=("trace0",),
            resource_table=table(),
            regions=regions(),
            since=808.0,
            trace_moved=999.9,
        ),
        Processor(key("dsp"), "remoteproc1", "dsp", State.CRASHED, firmware="dsp.elf", crashes=3, recovery="disabled"),
        Processor(key("pru0"), "remoteproc2", "pru0", State.OFFLINE, firmware="pru.elf", recovery="enabled"),
        Processor(key("r5f"), "remoteproc3", "r5f", State.ATTACHED, firmware="r5.elf", recovery="enabled"),
    )


def host(found: tuple[Processor, ...] | None = None, **changes: Any) -> HostState:
    found = processors() if found is None else found
    state = HostState("demo", "emulated", "6.12.20", "stm32mp157c-dk2", processors=found)
    return replace(state, **changes)


def failure(at: float = 1000.0) -> Outcome:
    line = KernelLine(7, 12.5, 3, "remoteproc remoteproc2: bad phdr da 0x20000000 mem 0x3000")
    return Outcome(
        Verb.BOOT,
        Result.FAILED,
        "the kernel refused to start pru0",
        at,
        took=0.012,
        errno=22,
        lines=(line,),
        advice=("segment 2 (.data, 12 KiB) lies in no memory region of pru0; nearest is SRAM 0x10000000-0x1005ffff",),
    )


class ScriptedTalk:
    """An open channel whose other end is the test."""

    def __init__(self, channel: RpmsgChannel) -> None:
        self.channel = channel
        self.sent: list[bytes] = []
        self.closed = False
        self._incoming: asyncio.Queue[bytes | RprocTuiError] = asyncio.Queue()

    def say(self, message: bytes | RprocTuiError) -> None:
        """What comes next: a message, or the end."""
        self._incoming.put_nowait(message)

    async def send(self, data: bytes) -> None:
        self.sent.append(data)

    async def receive(self) -> bytes:
        message = await self._incoming.get()
        if isinstance(message, bytes):
            return message
        raise message

    async def close(self) -> None:
        self.closed = True


class ScriptedController:
    """Stands in for the controller: publishes what a test says and keeps what it was asked to do."""

    def __init__(self, *hosts: HostState, read_only: bool = False) -> None:
        self.clock = ManualClock(1000.0)
        self.read_only = read_only
        self.snapshot = Snapshot()
        self.events: list[Event] = []
        self.acts: list[tuple[str, Verb, str | None]] = []
        self.answer: Callable[[Processor, Verb], Outcome] = lambda _, verb: Outcome(
            verb, Result.DONE, "it is done", 1000.0, took=0.012
        )
        self.files: dict[ProcessorKey, FirmwareFacts] = {key("m4"): facts()}
        self.choices: tuple[FirmwareChoice, ...] = ()
        self.explained: dict[ProcessorKey, tuple[Diagnosis, ...]] = {}
        self.talks: list[ScriptedTalk] = []
        """Every channel that was opened."""
        self.refusal: RprocTuiError | None = None
        """Why channels are not opened."""
        self.crashes: dict[str, tuple[CrashRecord, Evidence, CrashReport]] = {}
        """Every crash that was kept."""
        self.memories: list[LiveMemory] = []
        """What the next looks at memory see."""
        self.sources = SourceLines()
        self.closed = False
        self.given_up: list[ProcessorKey] = []
        """The processors whose dumps were given up."""
        self.reconnected: list[str] = []
        """The boards that were to be reached at once."""
        self.folder = "/proc/nowhere"
        """Nothing can be kept there, whoever runs the tests."""
        self._first = Snapshot(tuple(hosts) if hosts else (host(),))
        self._rings: dict[ProcessorKey, TraceRing] = {}
        self._kernels: dict[str, TraceRing] = {}
        self._listeners: list[Callable[[Change], None]] = []

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def start(self) -> None:
        self.publish(*self._first.hosts)

    async def close(self) -> None:
        self.closed = True

    def give_up_dump(self, wanted: ProcessorKey) -> None:
        self.given_up.append(wanted)

    def reconnect(self, host: str) -> None:
        self.reconnected.append(host)

    def trace(self, wanted: ProcessorKey) -> TraceRing:
        return self._rings.setdefault(wanted, TraceRing())

    def kernel_trace(self, host: str) -> TraceRing:
        return self._kernels.setdefault(host, TraceRing())

    def firmware(self, wanted: ProcessorKey) -> FirmwareFacts | None:
        return self.files.get(wanted)

    def diagnoses(self, wanted: ProcessorKey) -> tuple[Diagnosis, ...]:
        return self.explained.get(wanted, ())

    def why_not(self, wanted: ProcessorKey, verb: Verb) -> str | None:
        found = self.snapshot.find(wanted)
        return "the processor is gone" if found is None else availability.why_not(found, verb, read_only=self.read_only)

    def confirmation(self, wanted: ProcessorKey, verb: Verb) -> str | None:
        found = self.snapshot.find(wanted)
        return None if found is None else availability.confirmation(found, verb)

    async def act(self, wanted: ProcessorKey, verb: Verb, argument: str | None = None) -> Outcome:
        found = self.snapshot.find(wanted)
        assert found is not None
        self.acts.append((found.name, verb, argument))
        outcome = self.answer(found, verb)
        self.change(found.name, outcome=outcome)
        return outcome

    async def live_memory(self, wanted: ProcessorKey) -> LiveMemory | None:
        found = self.snapshot.find(wanted)
        if found is None:
            raise NoSuchProcessor("it is gone")
        return self.memories.pop(0) if self.memories else None

    async def open_channel(self, wanted: ProcessorKey, name: str) -> ScriptedTalk:
        found = self.snapshot.find(wanted)
        channel = None if found is None else found.rpmsg.find(name)
        if self.refusal is not None or channel is None:
            raise self.refusal or RprocTuiError(f"no channel {name}")
        self.talks.append(ScriptedTalk(channel))
        return self.talks[-1]

    async def crash_history(self) -> tuple[CrashRecord, ...]:
        return tuple(sorted((one[0] for one in self.crashes.values()), key=lambda one: one.when, reverse=True))

    async def crash_evidence(self, crash_id: str) -> Evidence:
        if crash_id not in self.crashes:
            raise RprocTuiError(f"there is no crash {crash_id}")
        return self.crashes[crash_id][1]

    async def crash_report(self, crash_id: str) -> CrashReport:
        return self.crashes[crash_id][2]

    async def firmware_choices(self, _wanted: ProcessorKey) -> tuple[FirmwareChoice, ...]:
        return self.choices

    def publish(self, *hosts: HostState) -> None:
        self.snapshot = Snapshot(tuple(hosts))
        self._tell(SnapshotChanged(self.snapshot))

    def change(self, name: str, **changes: Any) -> None:
        """One processor is seen otherwise."""
        self.publish(
            *(
                replace(
                    each,
                    processors=tuple(
                        replace(processor, **changes) if processor.name == name else processor
                        for processor in each.processors
                    ),
                )
                for each in self.snapshot.hosts
            )
        )

    def pend(self, name: str, verb: Verb, seconds: float = 0.0) -> None:
        """An action is on its way, for so long already."""
        self.change(name, pending=Pending(verb, self.clock.monotonic() - seconds))

    def write(self, name: str, *texts: str, at: float | None = None) -> None:
        """Firmware printed lines."""
        now = self.clock.monotonic() if at is None else at
        self.trace(key(name)).append([TraceLine(text, now) for text in texts])
        self._tell(TraceAdvanced(key(name)))

    def say_in_kernel(self, *texts: str, label: str = "demo") -> None:
        """A kernel printed lines."""
        now = self.clock.monotonic()
        self.kernel_trace(label).append([TraceLine(text, now, LineKind.KERNEL, now) for text in texts])
        self._tell(KernelLogAdvanced(label))

    def _tell(self, change: Change) -> None:
        for listener in list(self._listeners):
            listener(change)


def view(snapshot: Snapshot | None = None, name: str | None = "m4", **changes: Any) -> View:
    """The moment of a screen on which a processor is selected; on the demo board unless told otherwise."""
    snapshot = Snapshot((host(),)) if snapshot is None else snapshot
    processor = next((each for each in snapshot.processors if each.name == name), None)
    shown = View(
        snapshot,
        now=1000.0,
        wall=WallTime(ManualClock(1000.0)),
        host=snapshot.hosts[0] if snapshot.hosts else None,
        processor=processor,
        facts=facts() if name == "m4" else None,
    )
    return replace(shown, **changes)


def plain(lines: Sequence[Content]) -> list[str]:
    """Lines without their styles."""
    return [line.plain.rstrip() for line in lines]
