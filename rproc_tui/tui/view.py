"""What a screen shows at one moment: everything its panels are made from."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import HostState, Processor, Snapshot
from rproc_tui.tui.elapsed import age_changes_in, pending_changes_in
from rproc_tui.tui.line_words import word_changes_in
from rproc_tui.tui.wall_time import WallTime


@dataclass(frozen=True, slots=True)
class View:
    """One moment of the screen."""

    snapshot: Snapshot
    now: float
    """Monotonic seconds."""
    wall: WallTime
    host: HostState | None = None
    """The selected host, or that of the selected processor."""
    processor: Processor | None = None
    """The selected processor; None where a host is selected."""
    facts: FirmwareFacts | None = None
    """What is known about the file that the selected processor runs or would load."""
    greyed: frozenset[Verb] = frozenset()
    """Actions that make no sense on the selected processor now."""
    read_only: bool = False
    faulty_only: bool = False
    """Show only the processors that somebody should look at."""


def changes_in(view: View) -> float | None:
    """Seconds until an age on the screen reads differently; None when nothing on it grows older."""
    changes = [
        pending_changes_in(view.now - processor.pending.since)
        for processor in view.snapshot.processors
        if processor.pending is not None
    ]
    words = (word_changes_in(host, view.now) for host in view.snapshot.hosts)
    changes += [change for change in words if change is not None]
    shown = view.processor
    if shown is not None and shown.since is not None:
        changes.append(age_changes_in(view.now - shown.since))
    return min(changes, default=None)
