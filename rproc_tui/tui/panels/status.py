"""The line on top: where we are, how many processors there are and how they stand."""

from __future__ import annotations

from collections import Counter

from textual.content import Content

from rproc_tui.model.processor import HostState, Processor, Snapshot, State
from rproc_tui.tui.marks import STATES
from rproc_tui.tui.panels.columns import joined, spread
from rproc_tui.tui.view import View

_PROGRAM = "rproc-tui"
_ORDER = (State.RUNNING, State.ATTACHED, State.CRASHED)
"""States that are counted first; the others follow."""


def status_line(view: View, width: int) -> Content:
    """One line, as wide as the screen; where it is narrow the kernel's release goes first."""
    badges = _badges(view)
    name = Content.assemble((f" {_PROGRAM}   ", "bold $accent"))
    left = Content.assemble(name, joined(_facts(view.snapshot, with_kernel=True)))
    if left.cell_length + badges.cell_length > width:
        left = Content.assemble(name, joined(_facts(view.snapshot, with_kernel=False)))
    return spread(left, badges, width)


def counts(processors: tuple[Processor, ...]) -> Content:
    """`3 processors: 1 running, 1 crashed, 1 offline`."""
    if not processors:
        return Content("no processors")
    counted = Counter(processor.state for processor in processors)
    whole = f"{len(processors)} processor{'s' if len(processors) > 1 else ''}: "
    parts = [(f"{counted[state]} {STATES[state].word}", STATES[state].style) for state in sorted(counted, key=_rank)]
    return Content.assemble(whole, joined(parts, ", "))


def host_text(host: HostState) -> str:
    """What a host calls itself: the board's name, or ours for it."""
    return host.model or host.label


def _rank(state: State) -> int:
    return _ORDER.index(state) if state in _ORDER else len(_ORDER) + list(STATES).index(state)


def _facts(snapshot: Snapshot, *, with_kernel: bool) -> list[Content | tuple[str, str]]:
    if not snapshot.hosts:
        return [("looking for remote processors …", "$label")]
    parts: list[Content | tuple[str, str]] = [(_hosts_text(snapshot), "")]
    if with_kernel and len(snapshot.hosts) == 1 and snapshot.hosts[0].kernel:
        parts.append((f"linux {snapshot.hosts[0].kernel}", "$label"))
    return [*parts, counts(snapshot.processors)]


def _hosts_text(snapshot: Snapshot) -> str:
    if len(snapshot.hosts) == 1:
        return host_text(snapshot.hosts[0])
    return f"{len(snapshot.hosts)} boards"


def _badges(view: View) -> Content:
    badges: list[tuple[str, str]] = []
    if view.read_only:
        badges.append((" read-only ", "$warning"))
    if view.faulty_only:
        badges.append((" only the faulty ", "$error"))
    watched = sum(processor.watch is not None for processor in view.snapshot.processors)
    if watched:
        badges.append((f" ⟳ watching {watched} ", "$accent"))
    return Content.assemble(*badges)
