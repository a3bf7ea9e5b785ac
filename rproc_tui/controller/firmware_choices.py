"""Firmware files that a processor could be given: what the search path holds, with what is in each."""

from __future__ import annotations

import asyncio
import posixpath
from dataclasses import dataclass

from rproc_tui.controller.firmware_file import FirmwareFiles
from rproc_tui.firmware.facts import OK, FirmwareFacts
from rproc_tui.firmware.fit import other_machine
from rproc_tui.hosts.base import Host
from rproc_tui.linux import firmware_path
from rproc_tui.model.processor import Processor

CHOICES_MOST = 500
"""Files that are looked into."""


@dataclass(frozen=True, slots=True)
class FirmwareChoice:
    """One file."""

    name: str
    """What would be written to `firmware`."""
    facts: FirmwareFacts | None
    """None when it cannot be read."""
    current: bool
    """It is the one that is set now."""
    modified: float
    """Seconds since the epoch; 0 when unknown."""
    other_machine: str | None = None
    """The kind of machine that it is for, when that is not this processor's."""

    @property
    def verdict(self) -> str:
        """What speaks against it, in words; `fits` when nothing is known to."""
        if self.facts is None:
            return "cannot be read"
        if not self.facts.boots:
            return next((w for w in (self.facts.verdict.sanity, self.facts.verdict.load) if w != OK), "would not boot")
        return "fits" if self.other_machine is None else f"for another core ({self.other_machine})"


async def firmware_choices(host: Host, processor: Processor) -> tuple[FirmwareChoice, ...]:
    """The candidates, newest first; ELF files before others."""
    files = FirmwareFiles(host)
    folder = await firmware_path.folder(host)
    names = (await firmware_path.candidates(host))[:CHOICES_MOST]
    choices = await asyncio.gather(*(_choice(host, files, folder, name, processor) for name in names))
    return tuple(
        sorted(choices, key=lambda choice: (choice.facts is None or choice.facts.elf is None, -choice.modified))
    )


async def _choice(host: Host, files: FirmwareFiles, folder: str, name: str, processor: Processor) -> FirmwareChoice:
    path = await firmware_path.find(host, name) or posixpath.join(folder, name)
    try:
        modified = (await host.stat(path)).mtime_ns / 1e9
    except OSError:
        modified = 0.0
    facts = await files.facts(path)
    other = None if facts is None else other_machine(facts, processor.core)
    return FirmwareChoice(name, facts, name == processor.firmware, modified, other)
