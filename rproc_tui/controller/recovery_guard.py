"""Holds back the kernel's recovery of a processor for as long as it would read the very file that is watched.

A watch that begins while the processor runs finds its own firmware name in `firmware`, and the kernel takes no other
one before the processor is offline. Until the first build was loaded under a name of its own, a crash in the middle of
a save would make the kernel read half of a file. So its recovery is switched off for that time and done by the watch.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.errors import RprocTuiError
from rproc_tui.linux import verbs
from rproc_tui.linux.staged_name import is_staged


class RecoveryGuard:
    """The recovery setting of one processor."""

    def __init__(self, session: ProcessorSession) -> None:
        self._session = session

    @property
    def holds(self) -> bool:
        """Recovery was enabled, is switched off by us, and nobody has said otherwise since."""
        return self._session.recovery_is_held

    async def hold(self) -> None:
        """Switch recovery off, where it is on and would read the watched file; where it cannot be, it stays."""
        session = self._session
        if self.holds or session.snapshot().recovery != "enabled" or is_staged(session.firmware or ""):
            return
        with contextlib.suppress(OSError, RprocTuiError):
            await verbs.set_recovery(session.host, session.id, enabled=False)
            session.recovery_is_held = True
            await session.refresh()

    async def recover(self, still_whole: Callable[[], bool]) -> bool:
        """Do what the kernel would have done to a crashed processor, unless the file is another one by now.

        The answer is whether it was tried. What fails there stands in the kernel's log.
        """
        session = self._session
        async with session.lock:
            if not still_whole():
                return False
            with contextlib.suppress(OSError, RprocTuiError):
                await verbs.recover(session.host, session.id)
            await session.refresh()
            return True

    async def release_when_safe(self) -> None:
        """Switch it on again once the kernel reads a build of its own."""
        if self.holds and is_staged(self._session.firmware or ""):
            await self.release()

    async def release(self) -> None:
        """Switch it on again; the kernel recovers a crashed processor at once then."""
        if not self.holds:
            return
        session = self._session
        with contextlib.suppress(OSError, RprocTuiError):
            await verbs.set_recovery(session.host, session.id, enabled=True)
            session.recovery_is_held = False
            await session.refresh()
