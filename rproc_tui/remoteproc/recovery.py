"""A processor that crashed: the report, the work that deals with it, and bringing it back (`rproc_trigger_recovery`).

Recovery goes on with the old table, carveouts and boot address; a firmware file that changed meanwhile is loaded into
them unchecked. When it fails, the processor stays offline with its power count up, and only unbinding the driver helps.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rproc_tui.model.processor import State
from rproc_tui.remoteproc import boot, shutdown
from rproc_tui.remoteproc.crash_type import crash_word

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


def report_crash(rproc: Rproc, crash_type: int) -> None:
    """Log the report and queue the work, once while it waits. Callable from the processor's own thread."""
    if rproc.deleting and rproc.environment.profile.deleting_ignores_crash:
        return
    rproc.printk.error(f"crash detected in {rproc.name}: type {crash_word(crash_type)}")
    if not rproc.crash_pending:
        rproc.crash_pending = True
        rproc.environment.queue_work(lambda: _handle_crash(rproc))


def _handle_crash(rproc: Rproc) -> None:
    """`rproc_crash_handler_work`: only the first crash of a processor that is up counts."""
    rproc.crash_pending = False
    with rproc.lock:
        if rproc.state in (State.CRASHED, State.OFFLINE):
            return
        rproc.state = State.CRASHED
        rproc.crash_count += 1
        rproc.printk.error(f"handling crash #{rproc.crash_count} in {rproc.name}")
    if not rproc.recovery_disabled:
        with contextlib.suppress(OSError):  # what failed there stands in the log
            trigger_recovery(rproc)


def trigger_recovery(rproc: Rproc) -> None:
    """Recover it if it is crashed; an inline dump keeps it locked until somebody has read it."""
    with rproc.lock:
        if rproc.state is not State.CRASHED:
            return
        rproc.printk.error(f"recovering {rproc.name}")
        if rproc.attach_on_recovery and rproc.environment.profile.attach_recovery:
            _recover_by_attaching(rproc)
        else:
            _recover_by_booting(rproc)


def _recover_by_booting(rproc: Rproc) -> None:
    shutdown.stop(rproc, crashed=True)
    rproc.ops.coredump(rproc)
    boot.start(rproc, boot.load_firmware(rproc))


def _recover_by_attaching(rproc: Rproc) -> None:
    shutdown.leave(rproc)
    if rproc.environment.profile.attach_recovery_is_full:
        shutdown.let_go(rproc)
        boot.attach(rproc)
    else:
        boot.join(rproc)
