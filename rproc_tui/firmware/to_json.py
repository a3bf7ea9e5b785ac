"""The object that `inspect --json` prints. Integers are numbers, unknown is null, keys never disappear."""

from __future__ import annotations

from typing import Any

from rproc_tui.firmware.facts import Elf, FirmwareFacts, Problem
from rproc_tui.model.resource_table import (
    CarveoutEntry,
    DevmemEntry,
    Entry,
    ResourceTable,
    TraceEntry,
    VdevEntry,
    entry_type,
)

SCHEMA = "rproc-tui/inspect"
VERSION = 1
TYPE_NUMBERS = {"carveout": 0, "devmem": 1, "trace": 2, "vdev": 3}


def facts_json(facts: FirmwareFacts) -> dict[str, Any]:
    """A whole file."""
    verdict = facts.verdict
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "file": facts.file,
        "size": facts.size,
        "sha256": facts.sha256,
        "container": facts.container,
        "kernel_verdict": {"sanity": verdict.sanity, "load": verdict.load, "resource_table": verdict.resource_table},
        "elf": None if facts.elf is None else _elf(facts.elf),
        "resource_table": None if facts.resource_table is None else table_json(facts.resource_table),
        "problems": [_problem(problem) for problem in facts.problems],
    }


def _elf(elf: Elf) -> dict[str, Any]:
    return {
        "class": elf.bits,
        "endian": elf.endian,
        "machine": elf.machine,
        "machine_number": elf.machine_number,
        "type": elf.type,
        "entry": elf.entry,
        "has_dwarf": elf.has_dwarf,
        "has_symbols": elf.has_symbols,
        "segments": [
            {
                "index": segment.index,
                "type": segment.type,
                "offset": segment.offset,
                "vaddr": segment.vaddr,
                "paddr": segment.paddr,
                "filesz": segment.filesz,
                "memsz": segment.memsz,
                "flags": segment.flags,
                "align": segment.align,
            }
            for segment in elf.segments
        ],
    }


def table_json(table: ResourceTable) -> dict[str, Any]:
    """A resource table."""
    return {
        "section": table.section,
        "offset": table.offset,
        "size": table.size,
        "address": table.address,
        "ver": table.ver,
        "num": table.num,
        "entries": [entry_json(entry) for entry in table.entries],
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """One entry of a resource table."""
    kind = entry_type(entry)
    number = TYPE_NUMBERS[kind] if kind in TYPE_NUMBERS else getattr(entry, "type_number", None)
    head = {"index": entry.index, "offset": entry.offset, "type": kind, "type_number": number}
    match entry:
        case CarveoutEntry() | DevmemEntry():
            body = {"da": entry.da, "pa": entry.pa, "len": entry.len, "flags": entry.flags, "name": entry.name}
        case TraceEntry():
            body = {"da": entry.da, "len": entry.len, "name": entry.name}
        case VdevEntry():
            body = _vdev(entry)
        case _:
            body = {"raw": entry.raw.hex()}
    return {**head, **body}


def _vdev(entry: VdevEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "notifyid": entry.notifyid,
        "dfeatures": entry.dfeatures,
        "gfeatures": entry.gfeatures,
        "config_len": entry.config_len,
        "status": entry.status,
        "num_of_vrings": entry.num_of_vrings,
        "vrings": [
            {"da": ring.da, "align": ring.align, "num": ring.num, "notifyid": ring.notifyid, "pa": ring.pa}
            for ring in entry.vrings
        ],
        "config": entry.config.hex(),
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "kernel": problem.kernel,
    }
