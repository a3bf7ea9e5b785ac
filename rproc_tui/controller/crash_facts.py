"""`capture.json` of a crash's folder: what was seen of the crash, as a value and as text.

It may have been edited, or come from anywhere: what is read is bounded, sanitised, and of the type that it has to be.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, fields, replace
from typing import Any

from rproc_tui.controller.crash_folder import CAPTURE, DUMP, MEMORY, files_of
from rproc_tui.model.crash import CrashRecord, CrashStage
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.sanitise import sanitise

SCHEMA = "rproc-tui/crash-capture"
VERSION = 1

JSON_MOST = 256 * 1024
"""Bytes of the file that are read."""
TEXT_MOST = 400
"""Characters of a text."""
ITEMS_MOST = 256
"""Regions and problems that are kept."""
_NUMBER_MOST = 1 << 64
SECONDS_MOST = 1 << 35
"""Of a time; a thousand years."""

_DERIVED = frozenset({"id", "folder", "count", "period", "regular", "has_dump", "size"})
"""What the folder itself tells, or those beside it."""


@dataclass(frozen=True, slots=True)
class CaptureFacts:
    """A crash, and what its examination needs to know besides the files."""

    record: CrashRecord
    core: str | None = None
    """Core kind, as the host tells."""
    kernel: str | None = None
    state: str | None = None
    """The processor's, when everything that the kernel throws away had been read."""
    uptime: float | None = None
    """Seconds since that machine's boot, by the kernel's line."""
    coredump: str | None = None
    """The kernel's setting."""
    recovery: str | None = None
    caught: bool = False
    """It was still crashed when everything had been read: registers and trace buffers are those of the crash."""
    firmware_path: str | None = None
    """On its host."""
    firmware_size: int | None = None
    firmware_sha256: str | None = None
    """Of the file at the time of the crash."""
    loaded_sha256: str | None = None
    """Of the file that it was last seen to load; the same, unless the file was replaced since."""
    regions: tuple[Region, ...] = ()


def to_json(facts: CaptureFacts) -> bytes:
    """The whole file; keys never disappear."""
    record = facts.record
    plain: dict[str, Any] = {"schema": SCHEMA, "version": VERSION}
    plain |= {one.name: getattr(record, one.name) for one in fields(record) if one.name not in _DERIVED}
    plain |= {one.name: getattr(facts, one.name) for one in fields(facts) if one.name not in {"record", "regions"}}
    plain["problems"] = list(record.problems)
    plain["regions"] = [
        {"name": one.name, "da": one.da, "size": one.size, "kind": one.kind.value, "pa": one.pa}
        for one in facts.regions
    ]
    return json.dumps(plain, indent=1, ensure_ascii=True).encode() + b"\n"


def read_facts(folder: str) -> CaptureFacts | None:
    """What the folder of a crash tells; None when it is none."""
    try:
        with open(os.path.join(folder, CAPTURE), "rb", opener=_regular) as file:
            found = json.loads(file.read(JSON_MOST))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        return None
    facts = from_json(found, os.path.basename(folder))
    names = set(os.listdir(folder))
    size = sum(files_of(folder).values())
    record = replace(facts.record, folder=folder, has_dump=bool({DUMP, MEMORY} & names), size=size)
    return replace(facts, record=record)


def from_json(found: dict[str, Any], folder_name: str) -> CaptureFacts:
    """The facts of an object; what is missing or of another type is unknown."""
    take = _Taker(found)
    problems, regions = found.get("problems"), found.get("regions")
    record = CrashRecord(
        id=folder_name,
        host=take.text("host") or "?",
        device=take.text("device") or "?",
        processor=take.text("processor") or "?",
        when=take.seconds("when") or 0.0,
        host_kind=take.text("host_kind"),
        processor_id=take.text("processor_id"),
        type=take.text("type"),
        number=take.number("number"),
        stage=CrashStage.READY if found.get("stage") == CrashStage.READY else CrashStage.EXAMINING,
        title=take.text("title"),
        place=take.text("place"),
        firmware=take.text("firmware"),
        missed=take.number("missed") or 0,
        problems=tuple(_texts(problems)) if isinstance(problems, list) else (),
    )
    return CaptureFacts(
        record=record,
        core=take.text("core"),
        kernel=take.text("kernel"),
        state=take.text("state"),
        uptime=take.seconds("uptime"),
        coredump=take.text("coredump"),
        recovery=take.text("recovery"),
        caught=found.get("caught") is True,
        firmware_path=take.text("firmware_path"),
        firmware_size=take.number("firmware_size"),
        firmware_sha256=take.text("firmware_sha256"),
        loaded_sha256=take.text("loaded_sha256"),
        regions=tuple(_regions(regions)) if isinstance(regions, list) else (),
    )


class _Taker:
    """Takes values of an object by their type."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found

    def text(self, key: str) -> str | None:
        """A text, sanitised."""
        value = self._found.get(key)
        return sanitise(value, limit=TEXT_MOST) if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        """A natural number."""
        value = self._found.get(key)
        return value if type(value) is int and 0 <= value < _NUMBER_MOST else None

    def seconds(self, key: str) -> float | None:
        """A time that a clock can show."""
        value = self._found.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < SECONDS_MOST:
            return None
        return float(value)


def _texts(values: list[Any]) -> list[str]:
    return [sanitise(value, limit=TEXT_MOST) for value in values[:ITEMS_MOST] if isinstance(value, str)]


def _regions(values: list[Any]) -> list[Region]:
    found: list[Region] = []
    for value in values[:ITEMS_MOST]:
        take = _Taker(value if isinstance(value, dict) else {})
        name, da, size, kind = take.text("name"), take.number("da"), take.number("size"), take.text("kind")
        if name is not None and da is not None and size is not None and kind in set(RegionKind):
            found.append(Region(name, da, size, RegionKind(kind), pa=take.number("pa")))
    return found


def _regular(path: str, flags: int) -> int:
    """Opens without waiting, and follows no link: a folder of crashes holds files only."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY)
