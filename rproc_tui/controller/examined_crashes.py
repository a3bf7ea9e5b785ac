"""Remembers the crashes that were examined last: who captures a crash and who looks at it then want the same."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rproc_tui.controller import crash_folder
from rproc_tui.controller.crash_facts import CaptureFacts

if TYPE_CHECKING:
    from rproc_tui.crash.evidence import Evidence
    from rproc_tui.crash.report import CrashReport

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
    """May be asked on any thread; takes up to a second for a crash of large firmware that is not known."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, ExaminedFolder] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, facts: CaptureFacts) -> ExaminedFolder:
        """Examine a crash, unless nothing of it has changed since that was done."""
        key = _key(facts)
        with self._lock:
            known = self._known.get(key)
        if known is not None:
            return known
        known = _examined(facts)
        with self._lock:
            self._known[key] = known
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return known


def _examined(facts: CaptureFacts) -> ExaminedFolder:
    from rproc_tui.controller.crash_examination import evidence_of  # noqa: PLC0415 (nobody pays before a crash)
    from rproc_tui.crash.examine import examine  # noqa: PLC0415 (same)

    evidence = evidence_of(facts)
    return ExaminedFolder(evidence, examine(evidence))


def _key(facts: CaptureFacts) -> Hashable:
    record = facts.record
    told = (record.processor, record.firmware, facts.core, facts.loaded_sha256, facts.firmware_sha256, facts.regions)
    return record.folder, told, frozenset(_versions(record.folder or ""))


def _versions(folder: str) -> Iterator[tuple[str, int, int, int]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name in _LOOKED_AT:
                    status = entry.stat(follow_symlinks=False)
                    yield entry.name, status.st_ino, status.st_size, status.st_mtime_ns
    except OSError:
        return
