"""States of OpenAMP's life cycle (`enum remoteproc_state`, openamp/remoteproc.h), and which of them a kernel's is."""

from __future__ import annotations

from enum import IntEnum

from rproc_tui.model.processor import State


class OpenampState(IntEnum):
    """What OpenAMP says of a processor, with its numbers."""

    OFFLINE = 0
    CONFIGURED = 1
    """Powered and ready to be loaded; OpenAMP accepts it and never sets it."""
    READY = 2
    """Loaded; configuring alone leads here too."""
    RUNNING = 3
    SUSPENDED = 4
    """Never set by OpenAMP itself."""
    ERROR = 5
    """Never set by OpenAMP itself: a crash is the application's business."""
    STOPPED = 6
    """It runs no more, and its memory is as it was."""

    @property
    def word(self) -> str:
        """`ready`."""
        return self.name.lower()


_NEAREST = {
    State.OFFLINE: OpenampState.OFFLINE,
    State.RUNNING: OpenampState.RUNNING,
    State.ATTACHED: OpenampState.RUNNING,
    State.SUSPENDED: OpenampState.SUSPENDED,
    State.CRASHED: OpenampState.ERROR,
}

_KERNEL = {
    OpenampState.RUNNING: State.RUNNING,
    OpenampState.SUSPENDED: State.SUSPENDED,
    OpenampState.ERROR: State.CRASHED,
}


def openamp_state(state: State) -> OpenampState | None:
    """What OpenAMP would call a kernel's state.

    None where it has no word: it does not know of a processor that runs without it (`detached`), nor of one that is
    removed. A kernel loads and starts in one step, so `configured`, `ready` and `stopped` never come out.
    """
    return _NEAREST.get(state)


def kernel_state(state: OpenampState) -> State:
    """What a kernel would call it; everything that does not execute is `offline` there."""
    return _KERNEL.get(state, State.OFFLINE)
