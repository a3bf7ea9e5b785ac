"""The text of debugfs `carveout_memories`, as the kernel's remoteproc_debugfs.c prints it, turned into regions."""

from __future__ import annotations

import re

from rproc_tui.linux.problems import Problems
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.resource_table import ADDRESS_ANY
from rproc_tui.sanitise import sanitise_bytes

TEXT_MOST = 256 * 1024
"""Bytes of the text that are looked at."""

NAME_MOST = 64
"""Characters of a name; the kernel keeps 32."""

_HEAD = b"Carveout memory entry:"
_FIELD = re.compile(rb"(Name|Virtual address|DMA address|Device address|Length):(?: (.*))?")
_HEX = re.compile(rb"0x([0-9a-fA-F]{1,16})(?: Bytes)?")


def parse(text: bytes) -> tuple[tuple[Region, ...], tuple[str, ...]]:
    """Every carveout that has a place, and what could not be read, a sentence each."""
    problems = Problems("carveout_memories")
    blocks: list[dict[bytes, bytes]] = []
    for number, raw in enumerate(text[:TEXT_MOST].split(b"\n"), 1):
        line = raw.strip()
        if line == _HEAD:
            blocks.append({})
        elif blocks and (match := _FIELD.fullmatch(line)):
            blocks[-1].setdefault(match[1], match[2] or b"")
        elif line:
            problems.add(f"line {number} is no line of a carveout: {sanitise_bytes(line, limit=60)}")
    regions = (_region(index, block, problems) for index, block in enumerate(blocks))
    return tuple(region for region in regions if region is not None), problems.sentences


def _region(index: int, block: dict[bytes, bytes], problems: Problems) -> Region | None:
    da, size = _number(block, b"Device address"), _number(block, b"Length")
    if da is None or size is None:
        problems.add(f"carveout {index} has no readable address or length")
        return None
    if da == ADDRESS_ANY:  # asked for, and not allocated yet
        return None
    return Region(
        name=sanitise_bytes(block.get(b"Name", b""), limit=NAME_MOST),
        da=da,
        size=size,
        kind=RegionKind.CARVEOUT,
        pa=_number(block, b"DMA address") or None,  # 0: a driver registered it by its virtual address alone
    )


def _number(block: dict[bytes, bytes], name: bytes) -> int | None:
    match = _HEX.fullmatch(block.get(name, b""))
    return None if match is None else int(match[1], 16)
