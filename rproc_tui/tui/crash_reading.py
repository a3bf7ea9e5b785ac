"""Reads captured crashes for a screen: the history, and one crash after the other with everything that was kept."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from rproc_tui.controller.controller import Controller
from rproc_tui.controller.source_lines import SourceExcerpt
from rproc_tui.crash.evidence import FirmwareFile
from rproc_tui.crash.examine import symbols_of
from rproc_tui.crash.symbols import Symbols
from rproc_tui.model.crash import CrashRecord, CrashStage
from rproc_tui.model.processor import Snapshot
from rproc_tui.tui.examined_crash import ExaminedCrash

KEPT = 4
"""Crashes that stay examined."""
BEFORE, AFTER = 8, 6
"""Source lines around a place: with the instructions they fill a panel."""


class CrashReading:
    """What was read so far. Everything happens on the event loop; disks are read on threads."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self.records: tuple[CrashRecord, ...] = ()
        """The newest first."""
        self.was_read = False
        """Whether the history is known."""
        self._known: OrderedDict[CrashRecord, ExaminedCrash] = OrderedDict()
        self._program: tuple[FirmwareFile | None, Symbols] | None = None
        """The last firmware."""

    async def read_history(self) -> None:
        """Read which crashes there are; those that no folder could be made for are known to the snapshot only."""
        records = await self._controller.crash_history()
        kept = {record.id for record in records}
        lost = [one for one in newest_crashes(self._controller.snapshot) if one.folder is None and one.id not in kept]
        self.records = tuple(sorted((*records, *lost), key=lambda record: record.when, reverse=True))
        self.was_read = True

    def known(self, record: CrashRecord) -> ExaminedCrash | None:
        """A crash that was examined already."""
        return self._known.get(record)

    async def examine(self, record: CrashRecord) -> ExaminedCrash:
        """Examine a crash; RprocTuiError where it is gone."""
        known = self.known(record)
        if known is not None:
            self._known.move_to_end(record)
            return known
        evidence = await self._controller.crash_evidence(record.id)
        report = await self._controller.crash_report(record.id)
        symbols = await self._symbols_of(evidence.firmware)
        crash = self._known[record] = ExaminedCrash(record, evidence, report, symbols)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return crash

    async def _symbols_of(self, firmware: FirmwareFile | None) -> Symbols:
        """Those of the crash before, where it had the same firmware."""
        if self._program is None or self._program[0] is not firmware:
            symbols = symbols_of(firmware)
            await asyncio.to_thread(symbols.symbol_at, 0)  # reads the table, which may be long
            self._program = firmware, symbols
        return self._program[1]

    async def source(self, crash: ExaminedCrash, frame: int | None) -> SourceExcerpt | None:
        """The lines around the place of a call; None where they cannot be had."""
        place = None if frame is None else crash.frames[frame].frame.place
        if place is None or place.file is None or not place.line:
            return None
        read = self._controller.sources.excerpt
        return await asyncio.to_thread(read, place.file, place.line, before=BEFORE, after=AFTER)


def newest_crashes(snapshot: Snapshot) -> tuple[CrashRecord, ...]:
    """The last crash of every processor, as far as it was seen."""
    return tuple(processor.last_crash for processor in snapshot.processors if processor.last_crash is not None)


def is_under_way(record: CrashRecord, snapshot: Snapshot) -> bool:
    """Whether its capture goes on; one that another session left unfinished is as ready as it will be."""
    newest = newest_crashes(snapshot)
    return record.stage is not CrashStage.READY and any(one.id == record.id for one in newest)
