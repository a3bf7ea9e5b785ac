"""The processors of `list --json`: keys never disappear, what is unknown is null."""

from __future__ import annotations

import posixpath

from rproc_tui.model.processor import HostState, Processor


def processor_object(processor: Processor) -> dict[str, object]:
    """One processor, its keys in the order of the format."""
    return {
        "id": processor.id,
        "name": processor.name,
        "state": processor.state.value,
        "firmware": processor.firmware,
        "driver": processor.driver,
        "device": posixpath.basename(processor.key.device),
        "compatible": list(processor.compatible),
        "core": processor.core,
        "recovery": processor.recovery_text,
        "coredump": processor.coredump,
        "crashes": processor.crashes,
        "power": processor.power,
        "traces": list(processor.traces),
        "watched": processor.watch is not None,
        "writable": processor.writable,
        "notes": sorted(processor.notes),
    }


def host_object(host: HostState) -> dict[str, object]:
    """One host with its processors."""
    return {
        "label": host.label,
        "kind": host.kind,
        "kernel": host.kernel,
        "error": host.error,
        "processors": [processor_object(processor) for processor in host.processors],
    }
