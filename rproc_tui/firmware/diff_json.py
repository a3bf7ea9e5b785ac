"""The object that `diff --json` prints. Integers are numbers, unknown is null, keys never disappear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from rproc_tui.firmware.diff import Change, Difference
from rproc_tui.firmware.facts import FirmwareFacts, Section
from rproc_tui.firmware.symbols import Symbol
from rproc_tui.firmware.to_json import entry_json

SCHEMA = "rproc-tui/diff"
VERSION = 1

SYMBOLS_LISTED = 10
"""Of those that changed most."""

T = TypeVar("T")


def difference_json(found: Difference) -> dict[str, Any]:
    """Two files; lists hold what differs, `memory` all there is."""
    symbols = found.symbols
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "old": _file(found.old),
        "new": _file(found.new),
        "same": found.same,
        "summary": found.summary,
        "memory": [asdict(use) for use in found.memory],
        "segments": [_change(change, asdict) for change in found.segments],
        "sections": [_change(change, _section) for change in found.sections],
        "symbols": {
            "known": symbols.known,
            "resized_count": len(symbols.resized),
            "resized": [_change(change, _symbol) for change in symbols.resized[:SYMBOLS_LISTED]],
            "moved_count": len(symbols.moved),
            "moved": [_change(change, _symbol) for change in symbols.moved[:SYMBOLS_LISTED]],
        },
        "resource_table": [_change(change, entry_json) for change in found.table],
    }


def _change(change: Change[T], as_object: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    return {
        "old": None if change.old is None else as_object(change.old),
        "new": None if change.new is None else as_object(change.new),
    }


def _file(facts: FirmwareFacts) -> dict[str, Any]:
    elf = facts.elf
    return {
        "file": facts.file,
        "size": facts.size,
        "sha256": facts.sha256,
        "container": facts.container,
        "boots": facts.boots,
        "machine": None if elf is None else elf.machine,
        "entry": None if elf is None else elf.entry,
        "build_id": None if elf is None else elf.build_id,
    }


def _section(section: Section) -> dict[str, Any]:
    return {"name": section.name, "address": section.address, "size": section.size, "flags": section.flags}


def _symbol(symbol: Symbol) -> dict[str, Any]:
    return {
        "name": symbol.name,
        "file": symbol.file or None,
        "kind": "function" if symbol.is_code else "data",
        "address": symbol.address,
        "size": symbol.size,
    }
