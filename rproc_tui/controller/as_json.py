"""What is seen and done, as objects for programs: integers in decimal, unknown is null, keys never disappear."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rproc_tui.linux.json import processor_object
from rproc_tui.model.diagnosis import Diagnosis
from rproc_tui.model.outcome import Outcome
from rproc_tui.model.processor import HostState, Processor, Snapshot

if TYPE_CHECKING:
    from rproc_tui.controller.firmware_choices import FirmwareChoice
    from rproc_tui.firmware.facts import FirmwareFacts


def list_object(snapshot: Snapshot) -> dict[str, Any]:
    """`list --json`."""
    return {"schema": "rproc-tui/list", "version": 1, "hosts": [_host(host) for host in snapshot.hosts]}


def _host(host: HostState) -> dict[str, Any]:
    return {
        "label": host.label,
        "kind": host.kind,
        "kernel": host.kernel,
        "error": host.error,
        "processors": [processor_object(processor) for processor in host.processors],
    }


def show_object(
    processor: Processor, image: FirmwareFacts | None, diagnoses: Sequence[Diagnosis] = ()
) -> dict[str, Any]:
    """`show --json`: what `list` says of it, and the rest."""
    from rproc_tui.firmware.to_json import table_json  # noqa: PLC0415 (a list needs none of it)

    table = processor.resource_table
    return {
        "schema": "rproc-tui/show",
        "version": 1,
        **processor_object(processor),
        "host": processor.key.host,
        "device_path": processor.key.device,
        "firmware_path": processor.firmware_path,
        "firmware_local_path": processor.firmware_local_path,
        "firmware_sha256": None if image is None else image.sha256,
        "boot_address": processor.boot_address,
        "dump": processor.dump,
        "regions": [asdict(region) for region in processor.regions],
        "resource_table": None if table is None else table_json(table),
        "unreadable": list(processor.unreadable),
        "diagnoses": [diagnosis_object(diagnosis) for diagnosis in diagnoses],
    }


def rpmsg_object(processor: Processor, reason: str | None) -> dict[str, Any]:
    """`rpmsg --json`; addresses that are any, or not known, are null. `reason` says why there are no channels."""
    rpmsg = processor.rpmsg
    return {
        "schema": "rproc-tui/rpmsg",
        "version": 1,
        "id": processor.id,
        "name": processor.name,
        "host": processor.key.host,
        "state": processor.state,
        "reason": reason,
        "channels": [asdict(channel) for channel in rpmsg.channels],
        "endpoints": [asdict(endpoint) for endpoint in rpmsg.endpoints],
        "controls": list(rpmsg.controls),
        "rings": [asdict(ring) for ring in rpmsg.rings],
    }


def outcome_object(processor: Processor, outcome: Outcome) -> dict[str, Any]:
    """How one action on one processor ended."""
    number = outcome.errno
    return {
        "id": processor.id,
        "name": processor.name,
        "host": processor.key.host,
        "verb": outcome.verb,
        "result": outcome.result,
        "message": outcome.message,
        "errno": number,
        "error": None if number is None else errno.errorcode.get(number, str(number)),
        "seconds": round(outcome.took, 6),
        "kernel": [line.text for line in outcome.lines],
        "advice": list(outcome.advice),
        "diagnoses": [diagnosis_object(diagnosis) for diagnosis in outcome.diagnoses],
        "path": outcome.path,
    }


def diagnosis_object(diagnosis: Diagnosis) -> dict[str, Any]:
    """One explanation; `code` stays what it is from version to version."""
    return asdict(diagnosis)


def choice_object(choice: FirmwareChoice) -> dict[str, Any]:
    """One firmware file that could be chosen."""
    facts = choice.facts
    return {
        "name": choice.name,
        "current": choice.current,
        "modified": choice.modified,
        "size": None if facts is None else facts.size,
        "sha256": None if facts is None else facts.sha256,
        "container": None if facts is None else facts.container,
        "machine": None if facts is None or facts.elf is None else facts.elf.machine,
        "boots": choice.fits,
        "for": [] if choice.check is None else [target.id for target in choice.check.elsewhere],
        "recent": choice.recent,
        "verdict": choice.verdict,
    }
