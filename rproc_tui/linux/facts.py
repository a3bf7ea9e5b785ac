"""What the files of one processor say at one moment, before anything is concluded from them."""

from __future__ import annotations

from dataclasses import dataclass, field

from rproc_tui.model.memory import Region
from rproc_tui.model.processor import State
from rproc_tui.model.resource_table import ResourceTable
from rproc_tui.model.rpmsg import Rpmsg


@dataclass(frozen=True, slots=True)
class ProcessorFacts:
    """Everything that one processor's files say."""

    id: str
    """`remoteproc0`."""
    device: str
    """Path of the parent device below /sys: its identity."""
    name: str
    state: State
    firmware: str | None = None
    """As the file reads: `unknown` while attached. None where there is no such file."""
    recovery: str | None = None
    """`enabled` or `disabled`."""
    coredump: str | None = None
    """`disabled`, `enabled` or `inline`."""
    driver: str | None = None
    compatible: tuple[str, ...] = ()
    core: str | None = None
    firmware_name: str | None = None
    """What the device tree wants to be loaded."""
    crash_commands: tuple[tuple[int, str], ...] = ()
    """Mailbox words at which the firmware that the device tree wants dies on purpose, and how."""
    traces: tuple[str, ...] = ()
    """`trace0` …, in order."""
    resource_table: ResourceTable | None = None
    regions: tuple[Region, ...] = ()
    """Its own memories, those reserved for it, and the carveouts that are registered now."""
    registers: bool = False
    """Has a debugfs file `regs`."""
    mailbox: bool = False
    """Can be kicked by hand: a debugfs file `mailbox`, or a vendor's `kick`."""
    memory: str | None = None
    """Path of the file that shows its memory by device address, where it has one."""
    dump: str | None = None
    """A coredump that waits (`devcd3`)."""
    rpmsg: Rpmsg = field(default_factory=Rpmsg)
    children: tuple[str, ...] = ()
    """Virtio platform devices below it (`rproc-virtio.2.auto`): log lines are printed for them."""
    writable: bool = True
    """Whether we may write `state`, as far as mode bits tell."""
    closed: str | None = None
    """Why nobody may, where it is not the file's mode; reads behind the processor's name."""
    read_only: bool = False
    """Whether nobody may: its driver wants no commands from user space."""
    table_text: bytes | None = None
    """Text of debugfs `resource_table`, from which the table is."""
    carveouts_text: bytes | None = None
    """The same of `carveout_memories`."""
    unreadable: tuple[str, ...] = ()
    """What could not be read or understood, a sentence each."""


@dataclass(frozen=True, slots=True)
class LiveFacts:
    """What moves fast, for polling."""

    state: State
    traces: tuple[str, ...] = ()
    dump: str | None = None
    resource_table: ResourceTable | None = None
    rpmsg: Rpmsg = field(default_factory=Rpmsg)
