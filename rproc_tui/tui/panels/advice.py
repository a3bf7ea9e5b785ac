"""What to say where there is nothing to show, and how to go on from there."""

from __future__ import annotations

from textual.content import Content

from rproc_tui.model.processor import HostState, Processor, Snapshot
from rproc_tui.tui.panels.columns import indented
from rproc_tui.tui.panels.status import host_text

_LOOKING = "Looking for remote processors …"
_NOTHING = "No remote processors here."
_NEXT = "`rproc-tui --demo` opens a board that needs no hardware and no root."


def empty_lines(snapshot: Snapshot, width: int) -> list[Content]:
    """The middle of a screen without processors."""
    if not snapshot.hosts:
        return [Content.assemble((_LOOKING, "$label"))]
    lines: list[Content] = []
    for host in snapshot.hosts:
        lines += [Content.assemble((host_text(host), "bold")), *_host_lines(host, width), Content("")]
    return lines


def without_debugfs(processor: Processor) -> str | None:
    """Why debugfs shows nothing of a processor; None where it does."""
    return next((sentence for sentence in processor.unreadable if "debugfs" in sentence), None)


def _host_lines(host: HostState, width: int) -> list[Content]:
    if not host.is_reached:
        is_new = host.connection is not None and host.connection.reason is None
        mark, style = ("◔ ", "$state-pending") if is_new else ("✖ ", "$state-crashed")
        return indented(mark, "connecting …" if is_new else host.error or "", width, style)
    lines = indented("✖ ", host.error or _NOTHING, width, "$state-crashed" if host.error else "$state-unknown")
    for sentence in host.advice or (_NEXT,):
        lines += indented("→ ", sentence, width, "$foreground")
    return lines
