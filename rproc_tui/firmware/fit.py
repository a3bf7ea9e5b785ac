"""Whether a firmware is for the same place as another one, or for a core: what Linux never checks."""

from __future__ import annotations

from collections.abc import Sequence

from rproc_tui.firmware.facts import FirmwareFacts, Segment
from rproc_tui.model.memory import Region

_MACHINES = (("cortex", 40), ("rv", 243), ("risc", 243), ("pru", 144), ("hexagon", 164), ("c6", 140), ("hifi", 94))
"""e_machine by how a core's name begins: ARM, RISC-V, PRU, Hexagon, TI C6000, Xtensa."""


def other_machine(facts: FirmwareFacts, core: str | None) -> str | None:
    """The machine that a firmware is for, when that is not the core's; None when it fits or nobody knows."""
    if facts.elf is None or core is None:
        return None
    wanted = next((number for start, number in _MACHINES if core.lower().startswith(start)), None)
    return facts.elf.machine if wanted not in (None, facts.elf.machine_number) else None


def misfit(before: FirmwareFacts, after: FirmwareFacts, regions: Sequence[Region]) -> str | None:
    """Why a new build cannot run where the present one does, in a sentence; None when nothing speaks against it.

    Regions are believed only when they hold all of the present build: drivers know memory that nobody tells of.
    """
    if before.elf is None or after.elf is None:
        return None
    if before.elf.machine_number != after.elf.machine_number:
        return f"it is for {after.elf.machine}, and what runs is for {before.elf.machine}"
    if before.resource_table is not None and after.resource_table is None:
        return f"it has no usable resource table, and what runs has ({after.verdict.resource_table})"
    outside = _outside(after, regions)
    if outside is None or _outside(before, regions) is not None:
        return None
    names = ", ".join(f"{region.name} {region.da:#x}" for region in regions)
    return f"its segment {outside.index} ({outside.memsz} bytes at {outside.paddr:#x}) lies in none of {names}"


def _outside(facts: FirmwareFacts, regions: Sequence[Region]) -> Segment | None:
    """The first segment that no region holds."""
    segments = facts.elf.segments if facts.elf is not None else ()
    loaded = (segment for segment in segments if segment.is_loaded)
    return next((s for s in loaded if not any(region.holds(s.paddr, s.memsz) for region in regions)), None)
