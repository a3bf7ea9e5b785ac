"""What comes up and goes down together with a processor (`struct rproc_subdev`): its vdevs, and what drivers add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


@dataclass(frozen=True, slots=True, eq=False)
class Subdevice:
    """The four moments of a subdevice; each may be missing, the first two may fail with OSError."""

    start: Callable[[], None] | None = None
    """The processor runs."""
    stop: Callable[[bool], None] | None = None
    """It is about to stop; told whether it has crashed."""
    prepare: Callable[[], None] | None = None
    """Its memory is loaded and it does not run yet."""
    unprepare: Callable[[], None] | None = None
    """It has stopped."""


def prepare(rproc: Rproc) -> None:
    """In the order in which they were added; when one fails, those before it are unprepared."""
    done: list[Subdevice] = []
    try:
        for subdevice in tuple(rproc.subdevices):
            if subdevice.prepare is not None:
                subdevice.prepare()
            done.append(subdevice)
    except OSError:
        _unprepare(done)
        raise


def start(rproc: Rproc) -> None:
    """The same; those before a failure are stopped as if the processor had crashed."""
    done: list[Subdevice] = []
    try:
        for subdevice in tuple(rproc.subdevices):
            if subdevice.start is not None:
                subdevice.start()
            done.append(subdevice)
    except OSError:
        _stop(done, crashed=True)
        raise


def stop(rproc: Rproc, *, crashed: bool) -> None:
    """The last first."""
    _stop(rproc.subdevices, crashed=crashed)


def unprepare(rproc: Rproc) -> None:
    """The last first."""
    _unprepare(rproc.subdevices)


def _stop(subdevices: list[Subdevice], *, crashed: bool) -> None:
    for subdevice in reversed(tuple(subdevices)):
        if subdevice.stop is not None:
            subdevice.stop(crashed)


def _unprepare(subdevices: list[Subdevice]) -> None:
    for subdevice in reversed(tuple(subdevices)):
        if subdevice.unprepare is not None:
            subdevice.unprepare()
