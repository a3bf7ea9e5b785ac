"""What the parts of the screen tell each other: one message for one fact."""

from __future__ import annotations

from textual.message import Message

from rproc_tui.model.event import Event
from rproc_tui.model.processor import ProcessorKey, Snapshot


class SnapshotPublished(Message):
    """Something is known anew; a newer snapshot takes the place of one that waits."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """Whether this says all that a waiting message says."""
        return isinstance(message, SnapshotPublished)


class TraceMoved(Message):
    """There are new trace lines of a processor."""

    def __init__(self, key: ProcessorKey) -> None:
        self.key = key
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """Whether this says all that a waiting message says."""
        return isinstance(message, TraceMoved) and message.key == self.key


class EventReported(Message):
    """Something happened."""

    def __init__(self, event: Event) -> None:
        self.event = event
        super().__init__()


class ProcessorSelected(Message):
    """A person moved to a processor, or to a host."""

    def __init__(self, host: str, key: ProcessorKey | None) -> None:
        self.host = host
        self.key = key
        super().__init__()


class PanelOpened(Message):
    """Enter on a panel, or on a row of one."""


class CommandGiven(Message):
    """A command with a word behind it was typed that is no action on a processor."""

    def __init__(self, name: str, argument: str) -> None:
        self.name = name
        self.argument = argument
        super().__init__()
