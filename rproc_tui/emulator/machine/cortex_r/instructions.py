"""The few instructions that have to be recognised, in Arm and in Thumb state (Armv7-A/R, A8)."""

from __future__ import annotations

from rproc_tui.emulator.machine.cortex_m import instructions as thumb
from rproc_tui.emulator.machine.memory import MemoryMap

_HINT = 0x0320F000
_HINT_MASK = 0x0FFFFF00
_YIELD, _WAIT_FOR_EVENT, _WAIT_FOR_INTERRUPT = 1, 2, 3
_TO_THUMB = {
    _YIELD: thumb.YIELD,
    _WAIT_FOR_EVENT: thumb.WAIT_FOR_EVENT,
    _WAIT_FOR_INTERRUPT: thumb.WAIT_FOR_INTERRUPT,
}
_BRANCH_TO_ITSELF = 0xEAFFFFFE
_NO_OPERATIONS = frozenset((0xE320F000, 0xE1A00000))


def wait_before(memory: MemoryMap, pc: int, *, is_thumb: bool) -> int | None:
    """The wait that ends at an address, as its Thumb halfword; None when something else does."""
    if is_thumb:
        halfword = memory.load(pc - 2, 2)
        return halfword if halfword in thumb.WAITS else None
    word = memory.load(pc - 4, 4)
    return None if word is None or word & _HINT_MASK != _HINT else _TO_THUMB.get(word & 0xFF)


def stores_several(memory: MemoryMap, pc: int, *, is_thumb: bool) -> bool:
    """Whether the instruction at an address may make more than one access: LDM, STM, LDRD, STRD."""
    if is_thumb:
        return thumb.stores_several(memory.load(pc, 2) or 0)
    word = memory.load(pc, 4) or 0
    return word & 0x0E000000 == 0x08000000 or word & 0x0E0000D0 == 0x000000D0


def rests(memory: MemoryMap, pc: int) -> bool:
    """Whether execution in Arm state has come to `b .`, perhaps behind some NOPs."""
    for _ in range(4):
        word = memory.load(pc, 4)
        if word not in _NO_OPERATIONS:
            return word == _BRANCH_TO_ITSELF
        pc += 4
    return False
