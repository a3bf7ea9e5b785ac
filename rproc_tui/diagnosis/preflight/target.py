"""What is known about a processor that a firmware is checked against."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rproc_tui.diagnosis.preflight.drivers import BUNDLED, UNKNOWN, DriverRules, own_memory, rules_of
from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.resource_table import CarveoutEntry, ResourceTable

if TYPE_CHECKING:
    from rproc_tui.model.processor import Processor

BUFFER = "vdev0buffer"
"""The region that lends its memory to messages."""

_OF_A_VDEV = re.compile(r"vdev[0-9]+(?:vring[0-9]+|buffer)", re.ASCII)
"""Names of carveouts that the framework makes for the rings of a running firmware."""


@dataclass(frozen=True, slots=True)
class Target:
    """One processor, as far as files tell of it."""

    name: str
    id: str = ""
    """`remoteproc0`; empty for a target that is no processor here."""
    core: str | None = None
    """`Cortex-M4`."""
    driver: str | None = None
    regions: tuple[Region, ...] = ()
    """Memory that its driver can load into, whatever firmware runs."""
    complete: bool = False
    """There is no other memory: what lies outside is an error, not a doubt."""
    certain: bool = False
    """All this is known, not concluded: what the kernel answers can be foretold."""
    rules: DriverRules = UNKNOWN
    pool: int | None = None
    """Bytes from which Linux can allocate rings and carveouts; None where that is not known."""
    code: Region | None = None
    """Where executable segments go, where that is a space of its own, with the same addresses as data (a PRU's)."""
    machine: int | None = None
    """e_machine of what runs on it now."""

    @property
    def title(self) -> str:
        """`m33 (remoteproc2, Cortex-M33)`."""
        known = [word for word in (self.id, self.core) if word]
        return f"{self.name} ({', '.join(known)})" if known else self.name


GENERIC = Target("Linux", rules=DriverRules(own_loader=False))
"""No processor in particular: what every driver gets that leaves loading to the core."""


def target_of(processor: Processor) -> Target:
    """What the snapshot of a processor says."""
    rules = rules_of(processor.driver, processor.compatible)
    bundled = processor.driver == BUNDLED
    listed = tuple(_loadable(processor, rules))
    places = {(region.da, region.size) for region in listed}
    own = tuple(region for region in own_memory(processor.compatible) if (region.da, region.size) not in places)
    return Target(
        name=processor.name,
        id=processor.id,
        core=processor.core,
        driver=processor.driver,
        regions=(*own, *listed),
        complete=rules.complete and bool(listed),
        certain=bundled,
        rules=rules,
        code=_code(processor, rules),
        pool=sum(region.size for region in processor.regions if region.is_pool) if bundled else None,
    )


def _code(processor: Processor, rules: DriverRules) -> Region | None:
    """A PRU's instruction memory: `reg` has its bus address, the PRU has it at 0."""
    if not rules.separate_code:
        return None
    found = (region for region in processor.regions if region.kind is RegionKind.INTERNAL and region.name == "iram")
    return next((Region("iram", 0, region.size, RegionKind.INTERNAL) for region in found), None)


def _loadable(processor: Processor, rules: DriverRules) -> Iterable[Region]:
    """Without what only the running firmware's table asked for."""
    borrowed = _borrowed(processor.resource_table)
    bundled = processor.driver == BUNDLED
    for region in processor.regions:
        match region.kind:
            case RegionKind.INTERNAL:
                usable = rules.reg_is_memory
            case RegionKind.RESERVED:  # other drivers do not map the buffer of a vdev, and load into pools
                usable = not region.is_pool if bundled else region.name != BUFFER
            case RegionKind.CARVEOUT:
                usable = region.name not in borrowed and not _OF_A_VDEV.fullmatch(region.name)
        if usable:
            yield region


def _borrowed(table: ResourceTable | None) -> set[str]:
    entries = () if table is None else table.entries
    return {entry.name for entry in entries if isinstance(entry, CarveoutEntry)}


def beside(target: Target, present: FirmwareFacts | None) -> Target:
    """The target, with what can be learnt from a firmware that runs on it.

    Regions that hold all of that one are believed to be all there is, and its driver to take ELF files by the rules of
    the core.
    """
    elf = None if present is None or not present.boots else present.elf
    if elf is None:
        return target
    loaded = [segment for segment in elf.segments if segment.is_loaded]
    held = bool(loaded) and all(
        any(region.holds(segment.paddr, segment.memsz) for region in target.regions) for segment in loaded
    )
    rules = replace(target.rules, own_loader=False) if target.rules.own_loader is None else target.rules
    return replace(target, complete=target.complete or held, rules=rules, machine=elf.machine_number)
