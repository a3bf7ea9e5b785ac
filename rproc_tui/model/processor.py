"""One processor as it was at one moment, and a whole host of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rproc_tui.model.connection import Connection, Link
from rproc_tui.model.crash import CrashRecord
from rproc_tui.model.dump_progress import DumpProgress
from rproc_tui.model.machine_clock import MachineClock
from rproc_tui.model.memory import Region
from rproc_tui.model.outcome import Outcome, Pending
from rproc_tui.model.resource_table import ResourceTable
from rproc_tui.model.rpmsg import Rpmsg
from rproc_tui.model.watch import Watch


class State(StrEnum):
    """The words of the kernel's `state` file, and `unknown` for what cannot be read or is no such word."""

    OFFLINE = "offline"
    SUSPENDED = "suspended"
    RUNNING = "running"
    CRASHED = "crashed"
    DELETED = "deleted"
    """Kernels up to 2025."""
    ATTACHED = "attached"
    DETACHED = "detached"
    INVALID = "invalid"
    UNKNOWN = "unknown"

    @property
    def is_up(self) -> bool:
        """Firmware is executing under the kernel's control."""
        return self in (State.RUNNING, State.ATTACHED)


class Note(StrEnum):
    """A special condition that has a name of its own."""

    STUCK = "stuck"
    """Offline, but start does nothing: a recovery failed and the power count stayed."""
    HELD = "held"
    """Somebody else holds a power reference: one stop does not stop it."""
    SILENT = "silent"
    """Running, but the trace has not moved for long."""
    CRASH_LOOP = "crash_loop"
    """Crashed again and again."""
    READ_ONLY = "read_only"
    """The driver lets nobody write."""


@dataclass(frozen=True, slots=True, order=True)
class ProcessorKey:
    """Who a processor is: its host and its device. Numbers are reused and names repeat."""

    host: str
    """The host's label."""
    device: str
    """Path of the parent device below /sys (`/sys/devices/platform/10000000.m4`)."""


@dataclass(frozen=True, slots=True)
class Processor:
    """Everything known about one processor; replaced, never changed."""

    key: ProcessorKey
    id: str
    """The kernel's name for it: `remoteproc0`. It may move."""
    name: str
    state: State
    firmware: str | None = None
    """As the `firmware` file reads; None when it cannot be read."""
    firmware_path: str | None = None
    """The file that the kernel would load now, a path of the host; None when there is none."""
    firmware_local_path: str | None = None
    """The same on this machine's disk, where it lies there."""
    recovery: str | None = None
    """What becomes of a crash: `enabled`, or `disabled`."""
    recovery_by_watch: bool = False
    """The watch of its firmware recovers it, which the kernel was told not to do meanwhile."""
    coredump: str | None = None
    driver: str | None = None
    compatible: tuple[str, ...] = ()
    core: str | None = None
    """Core kind in the maker's words (`Cortex-M4`), where compatible or driver tell."""
    boot_address: int | None = None
    power: int | None = None
    """Power references; None where they cannot be known."""
    crashes: int | None = None
    """Crashes since the driver was bound, as the log counts them; None without a log."""
    boots: int | None = None
    """Times that its firmware came up since then, recoveries among them, as far back as the log goes; None without."""
    traces: tuple[str, ...] = ()
    """Names of its trace files (`trace0`)."""
    resource_table: ResourceTable | None = None
    """The live table, as debugfs prints it."""
    regions: tuple[Region, ...] = ()
    rpmsg: Rpmsg = field(default_factory=Rpmsg)
    registers: bool = False
    """Whether it has a `regs` file."""
    mailbox: bool = False
    """Whether it can be kicked by hand."""
    crash_commands: tuple[tuple[int, str], ...] = ()
    """Mailbox words at which its present firmware dies on purpose, and how."""
    memory: bool = False
    """Whether its memory can be read as it stands."""
    dump: str | None = None
    """A coredump that waits to be collected (`devcd3`)."""
    dump_progress: DumpProgress | None = None
    """Set while a coredump is being collected."""
    last_crash: CrashRecord | None = None
    """The newest crash that was captured while it was watched."""
    notes: frozenset[Note] = frozenset()
    writable: bool = True
    """Whether we may write its `state`."""
    closed: str | None = None
    """Why nobody may, where it is not the file's mode: `may not be commanded: sysfs is …`; reads behind its name."""
    since: float | None = None
    """Monotonic seconds at which it was first seen in this state; None when it was so before we came."""
    trace_moved: float | None = None
    """Monotonic seconds at which a trace last moved."""
    pending: Pending | None = None
    outcome: Outcome | None = None
    """How the last action ended."""
    watch: Watch | None = None
    """Set while its firmware file is watched."""
    unreadable: tuple[str, ...] = ()
    """What could not be read, each with its reason."""

    @property
    def recovery_text(self) -> str | None:
        """`enabled`, and who does it where that is not the kernel."""
        return f"{self.recovery} (by the watch)" if self.recovery_by_watch else self.recovery


@dataclass(frozen=True, slots=True)
class HostState:
    """A host and its processors at one moment."""

    label: str
    kind: str
    """local, ssh, emulated or root."""
    kernel: str | None = None
    """Kernel release."""
    model: str | None = None
    """The board's name, from its device tree."""
    error: str | None = None
    """Why nothing can be seen, in one sentence."""
    advice: tuple[str, ...] = ()
    """What to do about it, or what is missing (debugfs, permissions)."""
    firmware_folder: str | None = None
    """A folder of this machine in which firmware can be replaced."""
    processors: tuple[Processor, ...] = ()
    """While the line to it is lost, as they were seen last."""
    connection: Connection | None = None
    """The line to it; None where there is none that could break."""
    last_seen: float | None = None
    """Monotonic seconds at which its line broke; None while it stands, and where it never did."""
    clock: MachineClock | None = None
    """Its clocks beside ours, where it is another machine that tells."""

    @property
    def is_reached(self) -> bool:
        """Whether what is known of it is so now."""
        return self.connection is None or self.connection.link is Link.CONNECTED


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is seen, at one moment."""

    hosts: tuple[HostState, ...] = field(default=())

    @property
    def processors(self) -> tuple[Processor, ...]:
        """All processors, host by host."""
        return tuple(processor for host in self.hosts for processor in host.processors)

    def host(self, label: str) -> HostState | None:
        """One host; None when there is none of that name."""
        return next((host for host in self.hosts if host.label == label), None)

    def find(self, key: ProcessorKey) -> Processor | None:
        """One processor; None when it is gone."""
        return next((processor for processor in self.processors if processor.key == key), None)
