"""Remembers the crashes that were examined last: who captures a crash and who looks at it then want the same."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rproc_tui.controller import crash_folder
from rproc_tui.controller.crash_facts import CaptureFacts

if TYPE_CHECKING:
    from rproc_tui.crash.evidence import Evidence, FirmwareFile
    from rproc_tui.crash.report import CrashReport
    from rproc_tui.crash.symbols import Symbols

KEPT = 2
"""Crashes that are remembered: their files stay mapped, so they take room on the disk even when they are removed."""
_LOOKED_AT = frozenset(
    {
        crash_folder.MEMORY,
        crash_folder.DUMP,
        crash_folder.FIRMWARE,
        crash_folder.REGISTERS,
        crash_folder.TRACE,
        crash_folder.KERNEL_LOG,
    }
)
"""Files that an examination reads."""


@dataclass(frozen=True, slots=True)
class ExaminedFolder:
    """What the folder of a crash held, and what that means."""

    evidence: Evidence
    report: CrashReport


class ExaminedCrashes:
    """May be asked on any thread, one at a time gets its answer; takes up to a second for large firmware at first."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, ExaminedFolder] = OrderedDict()
        self._program: tuple[Hashable, FirmwareFile | None, Symbols] | None = None
        """The last firmware, by the version of its file: crash after crash has the same."""
        self._lock = threading.Lock()

    def of(self, facts: CaptureFacts) -> ExaminedFolder:
        """Examine a crash, unless nothing of it has changed since that was done."""
        with self._lock:
            versions = dict(_versions(facts.record.folder or ""))
            key = _key(facts, versions)
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = self._examine(facts, versions.get(crash_folder.FIRMWARE))
                while len(self._known) > KEPT:
                    self._known.popitem(last=False)
        return known

    def _examine(self, facts: CaptureFacts, version: Hashable) -> ExaminedFolder:
        from rproc_tui.controller.crash_examination import evidence_of, own_firmware  # noqa: PLC0415 (slow to load)
        from rproc_tui.crash.examine import examine, symbols_of  # noqa: PLC0415 (same: nobody pays before a crash)

        key = version, facts.record.firmware
        if self._program is None or self._program[0] != key:
            firmware = own_firmware(facts)
            self._program = key, firmware, symbols_of(firmware)
        _, firmware, symbols = self._program
        evidence = evidence_of(facts, firmware)
        return ExaminedFolder(evidence, examine(evidence, symbols))


def _key(facts: CaptureFacts, versions: Mapping[str, Hashable]) -> Hashable:
    record = facts.record
    told = (record.processor, record.firmware, facts.core, facts.loaded_sha256, facts.firmware_sha256, facts.regions)
    return record.folder, told, frozenset(versions.items())


def _versions(folder: str) -> Iterator[tuple[str, Hashable]]:
    """Of each file, something that is another one when it was changed; copies that crashes share have the same."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name in _LOOKED_AT:
                    status = entry.stat(follow_symlinks=False)
                    yield entry.name, (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    except OSError:
        return
