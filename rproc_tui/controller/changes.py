"""What the controller tells those who listen: one class a fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rproc_tui.model.event import Event
from rproc_tui.model.processor import ProcessorKey, Snapshot


@dataclass(frozen=True, slots=True)
class SnapshotChanged:
    """There is a newer snapshot; older ones may be skipped."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class TraceAdvanced:
    """A processor's ring has new lines; older tellings may be skipped."""

    key: ProcessorKey


@dataclass(frozen=True, slots=True)
class KernelLogAdvanced:
    """A host's kernel said something; older tellings may be skipped."""

    host: str


@dataclass(frozen=True, slots=True)
class EventHappened:
    """Something happened; none may be skipped."""

    event: Event


Change: TypeAlias = SnapshotChanged | TraceAdvanced | KernelLogAdvanced | EventHappened
