"""Machines must have stopped before the interpreter ends.

The engine's binding closes its engines from an exit callback of its own; a core that still runs then takes the process
down. Exit callbacks run in the opposite order of their registration, so ours is registered anew whenever an engine has
been made.
"""

from __future__ import annotations

import atexit
import weakref
from typing import Protocol


class Stoppable(Protocol):
    """Something with a thread."""

    def stop(self) -> None:
        """End the thread."""
        ...


_RUNNING: weakref.WeakSet[Stoppable] = weakref.WeakSet()


def stop_before_exit(machine: Stoppable) -> None:
    """Stop this machine when the interpreter ends, if it has not stopped by then."""
    _RUNNING.add(machine)
    atexit.unregister(_stop_all)
    atexit.register(_stop_all)


def has_stopped(machine: Stoppable) -> None:
    """It needs no stopping any more."""
    _RUNNING.discard(machine)


def _stop_all() -> None:
    for machine in list(_RUNNING):
        machine.stop()
