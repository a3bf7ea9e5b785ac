"""Watched memory: the engine calls back at an access, which is then undone, so that the core stands in front of it.

While anything is watched every access of the core is slower; nothing is hooked otherwise.
"""

from __future__ import annotations

from typing import Any

from rproc_tui.emulator.machine.binding import constants
from rproc_tui.emulator.machine.halt import Watched, Watchpoint
from rproc_tui.emulator.machine.memory import MemoryMap

_HOOKS = {Watched.READ: constants.UC_HOOK_MEM_READ, Watched.WRITE: constants.UC_HOOK_MEM_WRITE}


class Watchpoints:
    """Those of one engine."""

    def __init__(self, uc: Any, memory: MemoryMap) -> None:
        self._uc = uc
        self._memory = memory
        self._hooks: list[int] = []
        self._hit: Watchpoint | None = None
        self._overwritten: list[tuple[memoryview, bytes]] = []

    def set(self, watchpoints: frozenset[Watchpoint]) -> None:
        """Watch these and no others."""
        for hook in self._hooks:
            self._uc.hook_del(hook)
        self._hooks = [self._hook(watchpoint) for watchpoint in watchpoints]
        self._uc.ctl_flush_tb()

    def take(self) -> Watchpoint | None:
        """The one that was hit in the last slice, its access undone; None when none was."""
        for place, before in reversed(self._overwritten):
            place[:] = before
        self._overwritten.clear()
        hit, self._hit = self._hit, None
        return hit

    def _hook(self, watchpoint: Watchpoint) -> int:
        def accessed(uc: Any, access: int, address: int, size: int, _value: int, _data: object) -> None:
            self._hit = self._hit or watchpoint
            place = self._memory.find(address, size)
            if access == constants.UC_MEM_WRITE and place is not None:
                self._overwritten.append((place, bytes(place)))
            uc.emu_stop()

        kinds = 0
        for watched in watchpoint.watched:
            kinds |= _HOOKS[watched]
        return int(
            self._uc.hook_add(kinds, accessed, None, watchpoint.address, watchpoint.address + watchpoint.length - 1)
        )
