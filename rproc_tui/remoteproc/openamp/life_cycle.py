"""OpenAMP's life cycle: which call is allowed in which state, and where it leads (lib/remoteproc/remoteproc.c).

A driver's `config`, `start` or `stop` that fails leads on all the same, as in C: the code comes back and the state has
moved. Only `shutdown` keeps the state then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rproc_tui.model.openamp_state import OpenampState
from rproc_tui.remoteproc.openamp.codes import OpenampError, ReturnCode
from rproc_tui.remoteproc.openamp.ops import resolve

if TYPE_CHECKING:
    from rproc_tui.remoteproc.openamp.remoteproc import Remoteproc


def init(remoteproc: Remoteproc | None, ops: object | None, private: object = None) -> Remoteproc | None:
    """Begin with a driver: everything is forgotten, and the state is `offline`.

    `ops` is any object with operations of `ops.RemoteprocOps`. The answer is the processor to go on with; None when
    the driver does not want it.
    """
    if remoteproc is None or ops is None:
        return None
    remoteproc.zero()
    remoteproc.ops = resolve(ops)
    remoteproc.private = private
    return remoteproc if remoteproc.ops.init is None else remoteproc.ops.init(remoteproc, private)


def remove(remoteproc: Remoteproc | None) -> None:
    """Let the driver go. EAGAIN unless offline."""
    if remoteproc is None:
        raise OpenampError(ReturnCode.EINVAL)
    with remoteproc.lock:
        if remoteproc.state is not OpenampState.OFFLINE:
            raise OpenampError(ReturnCode.EAGAIN)
        if remoteproc.ops.remove is not None:
            remoteproc.ops.remove(remoteproc)


def config(remoteproc: Remoteproc | None, data: object = None) -> None:
    """Power it, so that it can be loaded. EINVAL unless offline.

    The state is `ready` afterwards, although nothing is loaded.
    """
    remoteproc = present(remoteproc)
    with remoteproc.lock:
        if remoteproc.state is not OpenampState.OFFLINE:
            raise OpenampError(ReturnCode.EINVAL)
        try:
            if remoteproc.ops.config is not None:
                remoteproc.ops.config(remoteproc, data)
        finally:
            remoteproc.state = OpenampState.READY


def start(remoteproc: Remoteproc | None) -> None:
    """Let it run. EINVAL unless ready, ENODEV when the driver cannot start."""
    remoteproc = present(remoteproc)
    with remoteproc.lock:
        if remoteproc.state is not OpenampState.READY:
            raise OpenampError(ReturnCode.EINVAL)
        if remoteproc.ops.start is None:
            raise OpenampError(ReturnCode.ENODEV)
        try:
            remoteproc.ops.start(remoteproc)
        finally:
            remoteproc.state = OpenampState.RUNNING


def stop(remoteproc: Remoteproc | None) -> None:
    """Make it run no more; its memory stays, and the way on is `shutdown`. Nothing to do when stopped or offline.

    ENODEV when the driver cannot stop.
    """
    remoteproc = present(remoteproc)
    with remoteproc.lock:
        if remoteproc.state in (OpenampState.STOPPED, OpenampState.OFFLINE):
            return
        if remoteproc.ops.stop is None:
            raise OpenampError(ReturnCode.ENODEV)
        try:
            remoteproc.ops.stop(remoteproc)
        finally:
            remoteproc.state = OpenampState.STOPPED
            remoteproc.notify_ids.clear()


def shutdown(remoteproc: Remoteproc | None) -> None:
    """Stop it if need be, and let go of what `config` acquired. Nothing to do when offline.

    A driver may lack both operations; where one fails, the state stays as it was.
    """
    remoteproc = present(remoteproc)
    with remoteproc.lock:
        if remoteproc.state is OpenampState.OFFLINE:
            return
        if remoteproc.state is not OpenampState.STOPPED and remoteproc.ops.stop is not None:
            remoteproc.ops.stop(remoteproc)
        if remoteproc.ops.shutdown is not None:
            remoteproc.ops.shutdown(remoteproc)
        remoteproc.state = OpenampState.OFFLINE
        remoteproc.notify_ids.clear()


def present(remoteproc: Remoteproc | None) -> Remoteproc:
    """The processor; ENODEV where there is none."""
    if remoteproc is None:
        raise OpenampError(ReturnCode.ENODEV)
    return remoteproc
