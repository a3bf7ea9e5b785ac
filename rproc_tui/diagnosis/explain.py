"""Why an action failed and what to try, from its errno, the kernel's lines, the processor and the firmware.

Each rule looks at one failure and answers with sentences, or with nothing; the most certain come first.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from dataclasses import dataclass

from rproc_tui.firmware.facts import FirmwareFacts, Segment, Severity
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.memory import Region
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Processor

_BAD_PHDR = re.compile(r"bad phdr da (0x[0-9a-f]+) mem (0x[0-9a-f]+)")


@dataclass(frozen=True, slots=True)
class Failure:
    """What is known about an action that failed."""

    verb: Verb
    errno: int | None
    lines: tuple[KernelLine, ...]
    """What the kernel said about this processor meanwhile."""
    processor: Processor
    image: FirmwareFacts | None
    """The firmware that was to be loaded."""


def explain(failure: Failure) -> tuple[str, ...]:
    """Causes and next steps, most certain first; empty when nothing is known."""
    return tuple(sentence for rule in _RULES for sentence in rule(failure))


def _missing_file(failure: Failure) -> list[str]:
    if failure.errno != errno.ENOENT or failure.verb not in (Verb.BOOT, Verb.RELOAD, Verb.RECOVER):
        return []
    name = failure.processor.firmware
    return [f"no file {name} in the kernel's firmware search path: copy it to /lib/firmware, or choose another with f"]


def _open_for_writing(failure: Failure) -> list[str]:
    if failure.errno != errno.ETXTBSY:
        return []
    return ["some program still has the firmware file open for writing: let the copy finish, then boot again"]


def _outside_memory(failure: Failure) -> list[str]:
    out = []
    for line in failure.lines:
        match = _BAD_PHDR.search(line.text)
        if match is None:
            continue
        da, size = int(match[1], 16), int(match[2], 16)
        segment = _segment_at(failure.image, da)
        what = f"segment {segment.index} " if segment is not None else "a segment "
        regions = ", ".join(f"{r.name} {r.da:#x}-{r.end - 1:#x}" for r in failure.processor.regions) or "none is known"
        out.append(
            f"{what}({size} bytes at {da:#x}) lies in no memory of {failure.processor.name}; its regions: {regions}"
        )
        nearest = _nearest(failure.processor.regions, da)
        if nearest is not None:
            out.append(
                f"the nearest is {nearest.name}: check the linker script, or whether this is another core's firmware"
            )
    return out


def _no_memory(failure: Failure) -> list[str]:
    if failure.errno != errno.ENOMEM:
        return []
    said = " ".join(line.text for line in failure.lines)
    if "doesn't fit" in said or "already associated" in said:
        return ["a carveout of the firmware's resource table does not fit the reserved memory of the same name"]
    if "dma memory" in said or "allocate carveout" in said:
        what = f"{failure.processor.name} has no memory for what the resource table asks (rings, carveouts)"
        return [f"{what}: give its node a memory-region (shared-dma-pool), or choose firmware that is meant for it"]
    return []


def _broken_file(failure: Failure) -> list[str]:
    if failure.image is None or failure.verb not in (Verb.BOOT, Verb.RELOAD):
        return []
    return [problem.message for problem in failure.image.problems if problem.severity is Severity.ERROR][:3]


def _no_table(failure: Failure) -> list[str]:
    if failure.errno != errno.EINVAL or failure.image is None or failure.image.elf is None:
        return []
    if failure.image.resource_table is not None or failure.verb is not Verb.BOOT:
        return []
    return ["the firmware has no usable .resource_table, and this driver may want one: the kernel does not say so"]


def _not_permitted(failure: Failure) -> list[str]:
    if failure.errno not in (errno.EACCES, errno.EPERM):
        return []
    return ["only root may write here: run as root, or let a udev rule give the group write access to the state file"]


def _segment_at(image: FirmwareFacts | None, da: int) -> Segment | None:
    segments = image.elf.segments if image is not None and image.elf is not None else ()
    return next((segment for segment in segments if segment.paddr == da and segment.is_loaded), None)


def _nearest(regions: tuple[Region, ...], da: int) -> Region | None:
    def distance(region: Region) -> int:
        return max(region.da - da, da - (region.end - 1), 0)

    return min(regions, key=distance, default=None)


_RULES: tuple[Callable[[Failure], list[str]], ...] = (
    _missing_file,
    _open_for_writing,
    _outside_memory,
    _no_memory,
    _broken_file,
    _no_table,
    _not_permitted,
)
