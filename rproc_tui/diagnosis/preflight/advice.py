"""What is wrong with a firmware on a processor although the kernel never says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rproc_tui.diagnosis.preflight.memory import BootMemory
from rproc_tui.diagnosis.preflight.target import Target
from rproc_tui.diagnosis.preflight.verdict import Finding
from rproc_tui.firmware.facts import FirmwareFacts, Segment, Severity
from rproc_tui.firmware.fit import other_core, other_machine
from rproc_tui.firmware.machines import machine_name
from rproc_tui.firmware.units import size_text
from rproc_tui.model.resource_table import ADDRESS_ANY, ResourceTable, TraceEntry

KEYSTONE = "keystone-rproc"
KEYSTONE_ALIGNMENT = 1024


def machine_findings(facts: FirmwareFacts, target: Target) -> Iterator[Finding]:
    """Whether it is for this kind of core; Linux never looks."""
    elf = facts.elf
    if elf is None:
        return
    other = other_machine(facts, target.core)
    if other is not None:
        words = f"it is for {other}, and {target.name} is a {target.core}; Linux never looks and starts it all the same"
        yield Finding("wrong-machine", Severity.WARNING, words)
    elif target.machine is not None and target.machine != elf.machine_number:
        now = machine_name(target.machine)
        words = f"it is for {elf.machine}, and what runs on {target.name} is for {now}; Linux never looks"
        yield Finding("wrong-machine", Severity.WARNING, words)
    elif (compiled := other_core(facts, target.core)) is not None:
        words = f"it was compiled for {compiled}, and {target.name} is a {target.core}"
        yield Finding("wrong-core", Severity.WARNING, f"{words}: instructions that it lacks may be in it")
    if target.driver == KEYSTONE and elf.entry % KEYSTONE_ALIGNMENT:
        kernel = f"invalid boot address {elf.entry:#x}, must be aligned on a 1KB boundary"
        words = f"its entry, {elf.entry:#x}, is no multiple of {KEYSTONE_ALIGNMENT}, which this driver wants"
        yield Finding("entry-unaligned", Severity.WARNING, words, kernel=kernel)


def table_findings(facts: FirmwareFacts, table: ResourceTable, memory: BootMemory) -> Iterator[Finding]:
    """Whether the firmware gets to see the kernel's answers, and people its trace.

    Of what is in a segment that has no memory, the segment tells.
    """
    target = memory.target
    if not target.regions:
        return
    lost = [segment for segment in _loaded(facts) if not memory.holds(segment.paddr, segment.memsz)]
    known = "" if target.complete else " that is known"
    severity = Severity.WARNING if target.complete else Severity.NOTE
    if table.entries and table.address is not None and _is_lost(table.address, table.size or 0, memory, lost):
        words = f"Linux would write its answers at {table.address:#x} (sh_addr of {table.section}), which is no memory"
        yield Finding("table-unreachable", severity, f"{words}{known} of {target.name}: the firmware never sees them")
    for entry in table.entries:
        if not isinstance(entry, TraceEntry) or entry.da == ADDRESS_ANY or not entry.len:
            continue
        if _is_lost(entry.da, entry.len, memory, lost):
            words = f"its trace {entry.name} ({size_text(entry.len)} at {entry.da:#x}) lies in no memory{known}"
            yield Finding("trace-outside", severity, f"{words} of {target.name}: there will be no log")


def _loaded(facts: FirmwareFacts) -> list[Segment]:
    segments = facts.elf.segments if facts.elf is not None else ()
    return [segment for segment in segments if segment.is_loaded]


def _is_lost(da: int, size: int, memory: BootMemory, lost: Sequence[Segment]) -> bool:
    """Whether a stretch has no memory, for a reason of its own."""
    with_a_segment = any(segment.paddr <= da < segment.paddr + segment.memsz for segment in lost)
    return not memory.holds(da, size) and not with_a_segment
