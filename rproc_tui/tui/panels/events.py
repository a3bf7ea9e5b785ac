"""What happened, as one row an event, and everything that is known of one of them."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from rproc_tui.model.event import Event, EventKind
from rproc_tui.tui.marks import Mark
from rproc_tui.tui.panels.columns import fit, joined
from rproc_tui.tui.panels.diagnosis import diagnosis_lines
from rproc_tui.tui.panels.outcome import outcome_lines, sentence_lines
from rproc_tui.tui.wall_time import WallTime

_SEVERITIES: Mapping[str, Mark] = {
    "error": Mark("✖", "error", "$level-error"),
    "warning": Mark("▲", "warning", "$level-warning"),
    "info": Mark("·", "info", "$dim"),
}
_KINDS: Mapping[EventKind, str] = {
    EventKind.APPEARED: "came",
    EventKind.VANISHED: "went",
    EventKind.STATE: "state",
    EventKind.CRASHED: "crash",
    EventKind.CAPTURED: "kept",
    EventKind.ACTION: "action",
    EventKind.FIRMWARE: "firmware",
    EventKind.KERNEL: "kernel",
    EventKind.HOST: "host",
}
_KIND_WIDTH = 8
_NAME_WIDTH = 10
_OURS = frozenset({EventKind.ACTION, EventKind.FIRMWARE})
"""What this program did, beside what it saw."""
NOTHING = "nothing has happened since this program came: what the kernel said before stands in its log"


def is_trouble(event: Event) -> bool:
    """Whether somebody should look at it."""
    return event.severity != "info"


def event_words(event: Event) -> str:
    """What a filter looks through."""
    return f"{event.name or event.host} {_KINDS[event.kind]} {event.text}"


def event_row(event: Event, wall: WallTime, width: int) -> Content:
    """`14:02:11.412  m4  ✖ crash  …`: the mark and the word say how bad it is and what sort of thing it was."""
    mark = _SEVERITIES.get(event.severity, _SEVERITIES["info"])
    style = mark.style if is_trouble(event) else "$accent" if event.kind in _OURS else ""
    row = Content.assemble(
        (f"{wall.precise(event.at)}  ", "$trace-time"),
        (fit(event.name or event.host, _NAME_WIDTH), "bold"),
        (f"  {mark.glyph} ", mark.style),
        (fit(_KINDS[event.kind], _KIND_WIDTH), "$label"),
        (f"  {event.text}", style),
    )
    return row.truncate(max(1, width), ellipsis=True)


def event_lines(event: Event | None, width: int) -> list[Content]:
    """All of an event: the sentence whole, how an action ended, what the kernel's line means."""
    if event is None:
        return []
    if event.outcome is not None:
        return outcome_lines(event.outcome, width)
    mark = _SEVERITIES.get(event.severity, _SEVERITIES["info"])
    said = [line.text for line in event.lines]
    lines = [] if event.text in said else sentence_lines(event.text, width, glyph=mark.glyph, style=mark.style)
    for line in event.lines:
        lines += sentence_lines(f"[{line.seconds:.6f}] {line.text}", width, glyph=mark.glyph, style=mark.style)
    return [*lines, *diagnosis_lines(event.diagnoses, width)]


def event_title(event: Event | None, wall: WallTime) -> Content:
    """What the panel below the list is about."""
    if event is None:
        return Content("Event")
    return joined([("Event", ""), (event.name or event.host, "bold"), (wall.precise(event.at), "$label")])


def events_title(shown: int, whole: int, *, following: bool, filtered: str, trouble_only: bool) -> Content:
    """`Events · 12 · following`."""
    count = str(whole) if shown == whole else f"{shown} of {whole}"
    parts = [
        ("Events", ""),
        (count, "$label"),
        ("following", "$state-running") if following else ("paused", "$warning"),
    ]
    if filtered:
        parts.append((f"/{filtered}", "$accent"))
    if trouble_only:
        parts.append(("only warnings and errors", "$accent"))
    return joined(parts)
