"""How the line to a board stands, in words and never in colour alone."""

from __future__ import annotations

from rproc_tui.model.connection import Link
from rproc_tui.model.processor import HostState
from rproc_tui.tui.elapsed import lost_changes_in, lost_text


def line_word(host: HostState, now: float) -> str:
    """`lost 12 s ago`, `refused`, `connecting`; empty while it stands. What was lost and then refused says both."""
    connection = host.connection
    if connection is None or host.is_reached:
        return ""
    if connection.link is Link.REFUSED:
        return "refused" if host.last_seen is None else f"refused, lost {lost_text(now - host.last_seen)}"
    if host.last_seen is not None:
        return f"lost {lost_text(now - host.last_seen)}"
    return "connecting" if connection.reason is None else "not reached"


def short_line_word(host: HostState) -> str:
    """The same without an age, to be counted."""
    return line_word(host, host.last_seen or 0.0).partition(" 0 s")[0].partition(",")[0]


def word_changes_in(host: HostState, now: float) -> float | None:
    """Seconds until the word is another; None while it is not growing older."""
    return None if host.is_reached or host.last_seen is None else lost_changes_in(now - host.last_seen)
