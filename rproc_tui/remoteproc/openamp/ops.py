"""The driver's side of an OpenAMP processor (`struct remoteproc_ops`, openamp/remoteproc.h).

A driver is any object with some of these methods; one that it lacks is a NULL operation. A method fails by raising
`OpenampError`, whose code the call then fails with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rproc_tui.remoteproc.openamp.memory import Lookup, Mapping, Memory
    from rproc_tui.remoteproc.openamp.remoteproc import Remoteproc


class RemoteprocOps(Protocol):
    """Every operation that a driver can have; each takes the processor first."""

    def init(self, remoteproc: Remoteproc, private: object) -> Remoteproc | None:
        """Set it up; the answer is the processor from now on, None that there is none. By default it is itself."""
        ...

    def remove(self, remoteproc: Remoteproc) -> None:
        """Undo `init`."""
        ...

    def config(self, remoteproc: Remoteproc, data: object) -> None:
        """Power it and make its memory known, so that it can be loaded."""
        ...

    def start(self, remoteproc: Remoteproc) -> None:
        """Let it run from `remoteproc.bootaddr`."""
        ...

    def stop(self, remoteproc: Remoteproc) -> None:
        """Make it run no more and keep everything. Also called for one that never ran."""
        ...

    def shutdown(self, remoteproc: Remoteproc) -> None:
        """Undo `config`."""
        ...

    def notify(self, remoteproc: Remoteproc, notifyid: int) -> None:
        """Tell the remote side of a ring, or of a vdev's status."""
        ...

    def mmap(self, remoteproc: Remoteproc, pa: int | None, da: int | None, size: int, attribute: int) -> Mapping | None:
        """Memory that is not known yet; it may become known by that. None when there is none."""
        ...

    def get_mem(self, remoteproc: Remoteproc, lookup: Lookup) -> Memory | None:
        """Memory that is in no list."""
        ...

    def handle_rsc(self, remoteproc: Remoteproc, resource: memoryview, length: int) -> None:
        """A vendor entry, from its type on; `length` is what its second word claims. RSC_TAB_NS: not for us."""
        ...


@dataclass(frozen=True, slots=True)
class Operations:
    """What a driver offers; None is a NULL operation. The meaning of each stands in `RemoteprocOps`."""

    init: Callable[[Remoteproc, object], Remoteproc | None] | None = None
    remove: Callable[[Remoteproc], None] | None = None
    config: Callable[[Remoteproc, object], None] | None = None
    start: Callable[[Remoteproc], None] | None = None
    stop: Callable[[Remoteproc], None] | None = None
    shutdown: Callable[[Remoteproc], None] | None = None
    notify: Callable[[Remoteproc, int], None] | None = None
    mmap: Callable[[Remoteproc, int | None, int | None, int, int], Mapping | None] | None = None
    get_mem: Callable[[Remoteproc, Lookup], Memory | None] | None = None
    handle_rsc: Callable[[Remoteproc, memoryview, int], None] | None = None


def resolve(ops: object) -> Operations:
    """The operations of a driver's object."""
    return Operations(**{field.name: getattr(ops, field.name, None) for field in fields(Operations)})
