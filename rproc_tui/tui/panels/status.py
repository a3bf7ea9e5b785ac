"""The line on top: where we are, how many processors there are and how they stand."""

from __future__ import annotations

from collections import Counter

from textual.content import Content

from rproc_tui.model.processor import HostState, Processor, Snapshot, State
from rproc_tui.tui.line_words import line_word, short_line_word
from rproc_tui.tui.marks import STATES
from rproc_tui.tui.panels.columns import joined, spread
from rproc_tui.tui.view import View

_PROGRAM = "rproc-tui"
_ORDER = (State.RUNNING, State.ATTACHED, State.CRASHED)
"""States that are counted first; the others follow."""


def status_line(view: View, width: int) -> Content:
    """One line, as wide as the screen; where it is narrow the kernel's release goes, then the words."""
    badges = _badges(view)
    name = Content.assemble((f" {_PROGRAM}   ", "bold $accent"))
    room = width - name.cell_length - badges.cell_length
    lengths = _facts(view)
    facts = next((facts for facts in lengths if facts.cell_length <= room), lengths[-1])
    return spread(Content.assemble(name, facts), badges, width)


def counts(processors: tuple[Processor, ...]) -> Content:
    """`3 processors: 1 running, 1 crashed, 1 offline`."""
    if not processors:
        return Content("no processors")
    counted = Counter(processor.state for processor in processors)
    whole = f"{len(processors)} processor{'s' if len(processors) > 1 else ''}: "
    parts = [(f"{counted[state]} {STATES[state].word}", STATES[state].style) for state in sorted(counted, key=_rank)]
    return Content.assemble(whole, joined(parts, ", "))


def brief_counts(processors: tuple[Processor, ...]) -> Content:
    """The same as `●1 ✖1 ○1`; the words stand in the line below."""
    counted = Counter(processor.state for processor in processors)
    parts = [(f"{STATES[state].glyph}{counted[state]}", STATES[state].style) for state in sorted(counted, key=_rank)]
    return joined(parts, " ")


def host_text(host: HostState) -> str:
    """What a host calls itself: the board's name, or ours for it."""
    return host.model or host.label


def _rank(state: State) -> int:
    return _ORDER.index(state) if state in _ORDER else len(_ORDER) + list(STATES).index(state)


def _facts(view: View) -> list[Content]:
    """What there is, in several lengths, the longest first."""
    snapshot = view.snapshot
    if not snapshot.hosts:
        return [Content.assemble(("looking for remote processors …", "$label"))]
    hosts, found = (_hosts_text(snapshot), ""), snapshot.processors
    kernel = snapshot.hosts[0].kernel if len(snapshot.hosts) == 1 else None
    lines = [(_lines_text(view), "$state-unknown")] if not all(host.is_reached for host in snapshot.hosts) else []
    release = [(f"linux {kernel}", "$label")] if kernel else []
    return [
        joined([hosts, *lines, *release, counts(found)]),
        joined([hosts, *lines, counts(found)]),
        joined([hosts, *lines, brief_counts(found)]),
    ]


def _lines_text(view: View) -> str:
    """Which boards are not reached: `lost 12 s ago`; of several how many, `1 lost, 2 connecting`."""
    hosts = view.snapshot.hosts
    if len(hosts) == 1:
        return line_word(hosts[0], view.now)
    counted = Counter(short_line_word(host) for host in hosts if not host.is_reached)
    return ", ".join(f"{count} {word}" for word, count in counted.items())


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
