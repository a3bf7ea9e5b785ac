"""What changed between two builds of a firmware, in one line."""

from __future__ import annotations

from rproc_tui.firmware.facts import PF_W, PF_X, FirmwareFacts
from rproc_tui.firmware.units import size_text
from rproc_tui.model.resource_table import Entry


def summary(before: FirmwareFacts | None, after: FirmwareFacts) -> str:
    """`text +1.2 KiB, data -8 B, table unchanged`; what it is when there is nothing to compare with."""
    if before is None or before.elf is None or after.elf is None:
        return f"new firmware, {size_text(after.size)}"
    old, new = _sizes(before), _sizes(after)
    parts = [f"{name} {_difference(new[name] - old[name])}" for name in new if new[name] != old[name]]
    parts = parts or ["same sizes"]
    table = "unchanged" if _entries(before) == _entries(after) else "changed"
    return f"{', '.join(parts)}, table {table}"


def _entries(facts: FirmwareFacts) -> tuple[Entry, ...] | None:
    return None if facts.resource_table is None else facts.resource_table.entries


def _sizes(facts: FirmwareFacts) -> dict[str, int]:
    """Bytes of loaded memory by what it is for."""
    assert facts.elf is not None
    sizes = {"text": 0, "rodata": 0, "data": 0, "bss": 0}
    for segment in facts.elf.segments:
        if not segment.is_loaded:
            continue
        kind = "text" if segment.flags & PF_X else "data" if segment.flags & PF_W else "rodata"
        sizes[kind] += segment.filesz
        sizes["bss"] += segment.memsz - segment.filesz
    return sizes


def _difference(size: int) -> str:
    sign = "+" if size >= 0 else "\u2212"
    return f"{sign}{size_text(abs(size))}"
