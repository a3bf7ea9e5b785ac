"""A dump on its way from a kernel to our disk: how far it is, and how it is given up."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from rproc_tui.errors import GivenUp
from rproc_tui.model.dump_progress import DumpProgress

if TYPE_CHECKING:
    from rproc_tui.controller.processor_session import ProcessorSession

_Answer = TypeVar("_Answer")


class DumpCollection:
    """One dump of one processor."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self.progress = DumpProgress(0)
        self._changed = changed
        self._reading: asyncio.Future[Any] | None = None
        self._is_given_up = False

    def came(self, size: int, whole: int | None) -> None:
        """So many bytes are there by now; of how many, where the dump's own headers tell."""
        self.progress = DumpProgress(size, whole)
        self._changed()

    def give_up(self) -> None:
        """Read no further; one that has been read to its end stays."""
        if self._reading is not None:
            self._is_given_up = True
            self._reading.cancel()

    async def read(self, reading: Coroutine[Any, Any, _Answer]) -> _Answer:
        """What `reading` answers; GivenUp when somebody gave it up meanwhile."""
        self._reading = begun = asyncio.ensure_future(reading)
        try:
            return await begun
        except asyncio.CancelledError:
            if not self._is_given_up:
                raise
            raise GivenUp(
                f"the dump was given up after {self.progress}; the kernel has its own for five minutes"
            ) from None
        finally:
            self._reading = None


@contextlib.asynccontextmanager
async def collecting(session: ProcessorSession) -> AsyncIterator[DumpCollection]:
    """While nobody else collects a dump of this processor; it shows how far it is."""
    async with session.dump_lock:
        collection = DumpCollection(lambda: session.set_collection(collection))
        try:
            yield collection
        finally:
            session.set_collection(None)
