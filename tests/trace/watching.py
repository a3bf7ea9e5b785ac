"""Looks at a buffer again and again, as the controller does, and keeps the lines as the ring would."""

from __future__ import annotations

from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.ring import TraceRing
from rproc_tui.trace.tail import Tail, advance, restarted


class Watcher:
    def __init__(self, buffer_size: int | None = None) -> None:
        self.tail = Tail(buffer_size)
        self.ring = TraceRing()
        self.now = 0.0

    def look(self, content: bytes) -> tuple[TraceLine, ...]:
        self.now += 0.1
        self.tail, lines = advance(self.tail, content, self.now)
        self.ring.append(lines)
        return lines

    def boot(self) -> tuple[TraceLine, ...]:
        self.now += 0.1
        self.tail, lines = restarted(self.tail, self.now)
        self.ring.append(lines)
        return lines

    @property
    def lines(self) -> list[TraceLine]:
        return self.ring.lines(0, self.ring.stop)

    @property
    def complete(self) -> list[str]:
        """Text of the lines that firmware ended."""
        return [line.text for line in self.lines if line.kind is LineKind.TEXT and not line.partial]

    @property
    def marks(self) -> list[LineKind]:
        return [line.kind for line in self.lines if line.kind is not LineKind.TEXT]

    def shown(self) -> list[str]:
        """Every line as a person sees it, marks as their kind, the unfinished line with an ellipsis behind it."""
        return [
            line.text + ("…" if line.partial else "") if line.kind is LineKind.TEXT else f"<{line.kind}>"
            for line in self.lines
        ]
