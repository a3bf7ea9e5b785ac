"""The packets that set breakpoints and watchpoints, and remove them: Z and z (GDB manual, appendix E.2).

Both kinds of breakpoint are the same here: memory is never changed for one.
"""

from __future__ import annotations

from rproc_tui.emulator.gdb.access import OK, address_and_length
from rproc_tui.emulator.gdb.debuggee import Debuggee
from rproc_tui.emulator.machine.halt import Watched, Watchpoint

MOST_POINTS = 1000
"""Breakpoints and watchpoints at one time."""
_SOFTWARE, _HARDWARE = b"0", b"1"
_WATCHED = {b"2": Watched.WRITE, b"3": Watched.READ, b"4": Watched.READ | Watched.WRITE}
NAMES = {Watched.WRITE: "watch", Watched.READ: "rwatch", Watched.READ | Watched.WRITE: "awatch"}
"""What a stop reply calls them."""


class Points:
    """Those of one session. They reach the processor when it goes on: GDB removes and sets them all at every stop."""

    def __init__(self, debuggee: Debuggee) -> None:
        self._debuggee = debuggee
        self._breakpoints: set[int] = set()
        self._watchpoints: set[Watchpoint] = set()

    def insert(self, argument: bytes) -> bytes:
        """Set one (Z type,address,kind)."""
        point = _parsed(argument)
        if point is None:
            return b""
        if len(self._breakpoints) + len(self._watchpoints) >= MOST_POINTS:
            raise ValueError("too many")
        if isinstance(point, Watchpoint):
            if len(self._debuggee.read_memory(point.address, point.length)) != point.length:
                raise ValueError("beyond the end of memory")
            self._watchpoints.add(point)
        else:
            self._debuggee.read_memory(point, 1)
            self._breakpoints.add(point)
        return OK

    def remove(self, argument: bytes) -> bytes:
        """Remove one (z type,address,kind)."""
        point = _parsed(argument)
        if point is None:
            return b""
        if isinstance(point, Watchpoint):
            self._watchpoints.discard(point)
        else:
            self._breakpoints.discard(point)
        return OK

    def apply(self) -> None:
        """Bring them to the processor."""
        self._debuggee.set_breakpoints(frozenset(self._breakpoints))
        self._debuggee.set_watchpoints(frozenset(self._watchpoints))


def _parsed(argument: bytes) -> int | Watchpoint | None:
    """A breakpoint's address or a watchpoint; None for a type that there is not."""
    kind, _, place = argument.partition(b",")
    if kind not in (_SOFTWARE, _HARDWARE, *_WATCHED):
        return None
    address, length = address_and_length(place.split(b";")[0])
    if kind in _WATCHED:
        if not 0 < length <= 1 << 16:
            raise ValueError("a watchpoint of that length")
        return Watchpoint(address, length, _WATCHED[kind])
    return address
