"""The object that `check --json` prints. Integers are numbers, unknown is null, keys never disappear."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import Any

from rproc_tui.diagnosis.preflight.target import GENERIC, Target
from rproc_tui.diagnosis.preflight.verdict import Finding, KernelCheck, Placement, Verdict, kernel_line
from rproc_tui.model.memory import Region

SCHEMA = "rproc-tui/check"
VERSION = 1


def check_json(verdict: Verdict, here: Sequence[Verdict]) -> dict[str, Any]:
    """One check; `here` are the verdicts for every processor of the machine that was asked."""
    facts = verdict.facts
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "file": facts.file,
        "size": facts.size,
        "sha256": facts.sha256,
        "container": facts.container,
        "on": None if verdict.target is GENERIC else _target(verdict.target),
        "would_boot": verdict.would_boot,
        "certain": verdict.refused if not verdict.would_boot else verdict.target.certain,
        "fits": verdict.fits,
        "kernel": None if verdict.first is None else _kernel(verdict.first),
        "checks": [_check(check) for check in verdict.checks],
        "findings": [_finding(finding) for finding in verdict.findings],
        "memory": {
            "regions": [_region(region) for region in (verdict.target.code, *verdict.target.regions) if region],
            "complete": verdict.target.complete,
            "segments": [_placement(placement) for placement in verdict.placements],
        },
        "elsewhere": [target.id or target.name for target in verdict.elsewhere],
        "processors": [_processor(one) for one in here],
    }


def _target(target: Target) -> dict[str, Any]:
    return {"id": target.id or None, "name": target.name, "core": target.core, "driver": target.driver}


def _processor(verdict: Verdict) -> dict[str, Any]:
    return {
        **_target(verdict.target),
        "would_boot": verdict.would_boot,
        "fits": verdict.fits,
        "kernel": None if verdict.first is None else _kernel(verdict.first),
    }


def _kernel(finding: Finding) -> dict[str, Any]:
    """What a start would answer; `message` is null where the log has no line but `Boot failed`."""
    return {
        "stage": finding.stage,
        "message": kernel_line(finding),
        "errno": finding.errno,
        "error": _name(finding.errno),
    }


def _check(check: KernelCheck) -> dict[str, Any]:
    finding = check.finding
    message = None if finding is None else kernel_line(finding)
    return {"stage": check.stage, "result": check.result, "message": message}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "stage": finding.stage,
        "kernel": kernel_line(finding),
        "errno": finding.errno,
        "error": _name(finding.errno),
        "certain": finding.certain,
    }


def _name(number: int | None) -> str | None:
    return None if number is None else errno.errorcode.get(number, str(number))


def _region(region: Region) -> dict[str, Any]:
    return {"name": region.name, "da": region.da, "size": region.size, "kind": region.kind}


def _placement(placement: Placement) -> dict[str, Any]:
    segment = placement.segment
    return {
        "index": segment.index,
        "da": segment.paddr,
        "size": segment.memsz,
        "from_file": segment.filesz,
        "flags": segment.flags,
        "region": None if placement.region is None else placement.region.name,
        "nearest": None if placement.nearest is None else placement.nearest.name,
        "misses": placement.misses,
    }
