"""The crashes that were captured, read back from their folders, whoever wrote or edited what is in them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from rproc_tui.controller.crash_facts import CaptureFacts, read_facts
from rproc_tui.controller.crash_folder import crashes_folder, folder_names, is_folder_name
from rproc_tui.controller.crash_period import period_of
from rproc_tui.errors import RprocTuiError
from rproc_tui.model.crash import CrashRecord
from rproc_tui.model.processor import ProcessorKey

FOLDERS_MOST = 1000
"""Crashes that are listed; the newest."""

SAME_WITHIN = 5.0
"""Seconds by which two clocks may differ about one crash."""


def read_history(state_folder: str) -> tuple[CrashRecord, ...]:
    """Every crash, the newest first, with the loop that it belongs to. Never raises for what is in the folders."""
    found = [
        facts.record
        for name in folder_names(state_folder)[-FOLDERS_MOST:]
        if (facts := _facts(state_folder, name)) is not None
    ]
    return tuple(sorted(with_periods(found), key=lambda record: record.when, reverse=True))


def find(state_folder: str, crash_id: str) -> CaptureFacts:
    """One crash by its id; RprocTuiError when there is none."""
    facts = _facts(state_folder, crash_id) if is_folder_name(crash_id) else None
    if facts is None:
        raise RprocTuiError(f"there is no crash {crash_id}", hint="`rproc-tui crashes` lists them")
    return facts


def is_kept(state_folder: str, key: ProcessorKey, when: float) -> bool:
    """Whether a crash of a processor at about that time (seconds since the epoch) was captured."""
    return any(
        (record.host, record.device) == (key.host, key.device) and abs(record.when - when) <= SAME_WITHIN
        for record in read_history(state_folder)
    )


def with_periods(records: Sequence[CrashRecord]) -> list[CrashRecord]:
    """The same with count and period of each, by the times of those before it of the same processor."""
    times: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    done: list[CrashRecord] = []
    for record in sorted(records, key=lambda one: one.when):
        own = times[record.host, record.device]
        own.append(record.when)
        period = period_of(own)
        done.append(replace(record, count=period.count, period=period.seconds, regular=period.regular))
    return done


def _facts(state_folder: str, name: str) -> CaptureFacts | None:
    path = os.path.join(crashes_folder(state_folder), name)
    return None if os.path.islink(path) else read_facts(path)
