"""The `coredump` setting of a processor, switched on by a key and set back when the program ends."""

from __future__ import annotations

import contextlib

from rproc_tui.controller.processor_session import ProcessorSession
from rproc_tui.errors import RprocTuiError
from rproc_tui.linux import verbs

OFF, ON = "disabled", "enabled"


async def switch_on(session: ProcessorSession) -> bool:
    """Let the kernel keep a dump at the next crash; whether that is so now. OSError with the kernel's errno."""
    before = session.snapshot().coredump
    if before != OFF:
        return before is not None
    seen = await verbs.set_coredump(session.host, session.id, ON)
    session.coredump_before = before
    return seen.value == ON


async def switch_back(session: ProcessorSession) -> None:
    """What we switched is as it was before, unless somebody has set it since; a crashed processor's stays."""
    before, session.coredump_before = session.coredump_before, None
    if before is None:
        return
    with contextlib.suppress(OSError, RprocTuiError):
        await session.refresh()
        if session.snapshot().coredump == ON:
            await verbs.set_coredump(session.host, session.id, before)
