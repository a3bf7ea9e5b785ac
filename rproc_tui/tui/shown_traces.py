"""Which traces a screen shows, under which names, and why there may be no lines in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from rproc_tui.controller.controller import Controller
from rproc_tui.errors import NoSuchProcessor
from rproc_tui.model.processor import HostState, Note, Processor, Snapshot, State
from rproc_tui.trace.ring import TraceRing
from rproc_tui.tui.elapsed import ahead_text
from rproc_tui.tui.panels.advice import without_debugfs
from rproc_tui.tui.view import View

KERNEL = "kernel"
"""The name before the lines of a kernel."""


@dataclass(frozen=True, slots=True)
class ShownTraces:
    """What the trace panel is given."""

    about: str
    """What its title names."""
    rings: Mapping[str, TraceRing]
    empty: str
    """What to say when there are no lines."""


def shown_traces(view: View, controller: Controller, *, merged: bool, kernel: bool) -> ShownTraces:
    """The selected processor's trace, or those of all, with the lines of the kernels if asked for."""
    hosts = view.snapshot.hosts if merged else ([view.host] if view.host is not None else [])
    kernels = {_kernel_name(host, view): controller.kernel_trace(host.label) for host in hosts if kernel}
    if merged:
        rings = {_name(processor, view): _ring(controller, processor) for processor in view.snapshot.processors}
        found = {name: ring for name, ring in rings.items() if ring is not None}
        count = len(found)
        about = f"{count} processor{'s' if count != 1 else ''}{' and kernel' if kernels else ''}"
        return ShownTraces(about, found | kernels, "no processor has said anything so far")
    if view.processor is None:
        return ShownTraces("", {}, "select a processor to see its trace")
    name, ring = view.processor.name, _ring(controller, view.processor)
    if ring is None:
        return ShownTraces(name, {}, "the processor is gone")
    about = f"{name} and kernel" if kernels else name
    return ShownTraces(about, {name: ring} | kernels, _why_empty(view.processor))


def clocks_sentence(snapshot: Snapshot) -> str | None:
    """How the clocks of boards elsewhere stand to ours, by whose time lines are merged; None where there are none."""
    told = {host.label: ahead_text(host.clock) or "unknown" for host in snapshot.hosts if host.clock is not None}
    if not told:
        return None
    stand = ", ".join(f"{label}: {words}" for label, words in told.items())
    return f"merged by the time at which lines arrived here; the boards' own clocks: {stand}"


def _ring(controller: Controller, processor: Processor) -> TraceRing | None:
    try:
        return controller.trace(processor.key)
    except NoSuchProcessor:
        return None


def _name(processor: Processor, view: View) -> str:
    """Short where it is the only one of that name."""
    names = Counter(each.name for each in view.snapshot.processors)
    if names[processor.name] == 1 and processor.name != KERNEL:
        return processor.name
    return f"{processor.id} {processor.key.host}"


def _kernel_name(host: HostState, view: View) -> str:
    return KERNEL if len(view.snapshot.hosts) == 1 else f"{KERNEL} {host.label}"


def _why_empty(processor: Processor) -> str:
    """Why a processor has no trace lines."""
    if processor.traces:
        return "the trace buffer is empty so far"
    if processor.state in (State.RUNNING, State.ATTACHED):
        return without_debugfs(processor) or "no trace: the firmware has no trace entry in its resource table"
    if Note.STUCK in processor.notes:
        return "no trace while it is stuck: its driver has to be bound anew"
    return f"no trace while it is {processor.state}: `b` boots it"
