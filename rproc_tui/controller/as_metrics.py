r"""What is seen, as metrics in the text format of Prometheus, version 0.0.4.

A family is `# HELP`, `# TYPE` and its samples; in a label's value `\`, `"` and a line end are escaped. What is not
known has no sample, nor has what was known of a machine that is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rproc_tui.model.processor import HostState, Note, Processor, ProcessorKey, Snapshot, State

Labels: TypeAlias = Mapping[str, str]
Sample: TypeAlias = tuple[Labels, int | None]
"""Labels beside those that say whose it is, and the value; None where it is not known."""
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Family:
    """One metric of processors."""

    name: str
    kind: str
    """gauge or counter."""
    help: str
    samples: Callable[[Processor], Iterable[Sample]]


def metrics_text(snapshot: Snapshot, trace_lines: Callable[[ProcessorKey], int | None]) -> str:
    """Everything; `trace_lines` answers how many lines of a processor's trace have been read."""
    lines_read = Family(
        "remoteproc_trace_lines_total",
        "counter",
        "Lines of its trace buffers, from what they held when they were looked at first.",
        lambda processor: [({}, trace_lines(processor.key))],
    )
    parts = [*_hosts(snapshot.hosts)]
    known = [processor for host in snapshot.hosts if host.is_reached for processor in host.processors]
    for family in (*_FAMILIES, lines_read):
        samples = [
            _line(family.name, {**_identity(processor), **labels}, value)
            for processor in known
            for labels, value in family.samples(processor)
            if value is not None
        ]
        parts += [*_head(family.name, family.kind, family.help), *samples] if samples else []
    return "\n".join(parts) + "\n"


def _hosts(hosts: Iterable[HostState]) -> Iterator[str]:
    yield from _head("remoteproc_host_up", "gauge", "Whether the remote processors of a machine can be seen.")
    for host in hosts:
        labels = {"host": host.label, "kind": host.kind, "kernel": host.kernel or ""}
        yield _line("remoteproc_host_up", labels, int(host.error is None))


def _head(name: str, kind: str, sentence: str) -> tuple[str, str]:
    return f"# HELP {name} {sentence}", f"# TYPE {name} {kind}"


def _line(name: str, labels: Labels, value: int) -> str:
    inside = ",".join(f'{key}="{text.translate(_ESCAPES)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value}"


def _identity(processor: Processor) -> Labels:
    """The number of a processor moves; its device stays."""
    device = processor.key.device.rpartition("/")[2]
    return {"host": processor.key.host, "device": device, "name": processor.name}


def _facts(processor: Processor) -> Iterator[Sample]:
    facts = {
        "id": processor.id,
        "driver": processor.driver,
        "core": processor.core,
        "firmware": processor.firmware,
        "recovery": processor.recovery,
        "coredump": processor.coredump,
    }
    yield {key: text or "" for key, text in facts.items()}, 1


def _states(processor: Processor) -> Iterator[Sample]:
    for state in State:
        yield {"state": state.value}, int(processor.state is state)


def _conditions(processor: Processor) -> Iterator[Sample]:
    for note in Note:
        yield {"condition": note.value}, int(note in processor.notes)


def _buffers(processor: Processor) -> Iterator[Sample]:
    for ring in processor.rpmsg.rings:
        for where, count in (("free", ring.free), ("waiting", ring.waiting), ("returned", ring.returned)):
            yield {"bus": ring.bus, "vring": ring.name, "where": where}, count


def _messages(processor: Processor) -> Iterator[Sample]:
    for ring in processor.rpmsg.rings:
        yield {"bus": ring.bus, "vring": ring.name}, ring.messages


_FAMILIES = (
    Family("remoteproc_info", "gauge", "What a processor is and loads; always 1.", _facts),
    Family(
        "remoteproc_up",
        "gauge",
        "Whether its firmware executes under the kernel's control: running or attached.",
        lambda processor: [({}, int(processor.state.is_up))],
    ),
    Family("remoteproc_state", "gauge", "1 for the state that it is in, 0 for the others.", _states),
    Family("remoteproc_condition", "gauge", "1 for each special condition that it is in.", _conditions),
    Family(
        "remoteproc_crashes_total",
        "counter",
        "Crashes since its driver was bound, by the kernel's log.",
        lambda processor: [({}, processor.crashes)],
    ),
    Family(
        "remoteproc_boots_total",
        "counter",
        "Times that its firmware came up, recoveries among them, as far back as the kernel's log goes.",
        lambda processor: [({}, processor.boots)],
    ),
    Family(
        "remoteproc_power_references",
        "gauge",
        "Who keeps it powered: 0 when it is off.",
        lambda processor: [({}, processor.power)],
    ),
    Family("remoteproc_vring_buffers", "gauge", "Buffers of a vring by where they are.", _buffers),
    Family("remoteproc_vring_messages_total", "counter", "Messages through a vring since its bus came up.", _messages),
)
