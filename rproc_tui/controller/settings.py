"""How often to look, how long to wait, how much to keep, and where: the controller's measures."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Seconds and bytes."""

    read_only: bool = False
    """Refuse whatever would write."""
    state_every: float = 0.1
    """Between two looks at a `state` file."""
    trace_every: float = 0.05
    """Between two looks at a trace buffer."""
    table_every: float = 1.0
    """Between two looks at a resource table."""
    rings_every: float = 0.2
    """Between two looks at how full the rings of rpmsg are."""
    answer: float = 1.0
    """For how long the first look waits for a board that does not answer; it is looked at when it does."""
    rescan_every: float = 5.0
    """Between two looks for processors that came or went, where no event tells."""
    conditions_every: float = 5.0
    """Between two looks at what only the passing of time makes so (silent, stuck)."""
    settle: float = 0.15
    """For how long a changed firmware file must stay as it is before it is taken: saves ten times a second are one."""
    rollback: bool = False
    """Go back to the last good firmware when a reload fails."""
    trial: float = 5.0
    """For how long a firmware must run after a reload to be a good one, where a rollback is wanted."""
    trace_capacity: int = 16 * 1024 * 1024
    """Bytes of trace that are kept for one processor."""
    capture: bool = False
    """Keep the evidence of every crash, and collect the dumps that the kernel holds."""
    crashes_most: int = 1024 * 1024 * 1024
    """Bytes that all captured crashes may take; the oldest go first."""
    source_map: tuple[tuple[str, str], ...] = ()
    """Beginnings of paths in debug information, and the folder of this machine that holds the same."""
    state_folder: str | None = None
    """Where dumps are kept; None: `$XDG_STATE_HOME/rproc-tui`."""

    def folder(self) -> str:
        """Where things are kept."""
        if self.state_folder is not None:
            return self.state_folder
        state = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
        return os.path.join(state, "rproc-tui")
