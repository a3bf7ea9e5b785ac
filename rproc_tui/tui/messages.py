"""What the parts of the screen tell each other: one message for one fact."""

from __future__ import annotations

from textual.message import Message

from rproc_tui.controller.changes import Change, EventHappened, KernelLogAdvanced, SnapshotChanged, TraceAdvanced
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


class EventsMoved(Message):
    """Something happened."""

    def can_replace(self, message: Message) -> bool:
        """Whether this says all that a waiting message says."""
        return isinstance(message, EventsMoved)


class KernelLogMoved(Message):
    """A host's kernel said something."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """Whether this says all that a waiting message says."""
        return isinstance(message, KernelLogMoved) and message.host == self.host


class ProcessorSelected(Message):
    """A person moved to a processor, or to a host."""

    def __init__(self, host: str, key: ProcessorKey | None) -> None:
        self.host = host
        self.key = key
        super().__init__()


class ChannelSelected(Message):
    """A person moved to another rpmsg channel, or it became another one."""


class PanelOpened(Message):
    """Enter on a panel, or on a row of one."""


class CommandGiven(Message):
    """A command with a word behind it was typed that is no action on a processor."""

    def __init__(self, name: str, argument: str) -> None:
        self.name = name
        self.argument = argument
        super().__init__()


def message_for(change: Change) -> Message:
    """What the controller said, as a message."""
    match change:
        case SnapshotChanged(snapshot):
            return SnapshotPublished(snapshot)
        case TraceAdvanced(key):
            return TraceMoved(key)
        case KernelLogAdvanced(host):
            return KernelLogMoved(host)
        case EventHappened():
            return EventsMoved()
