"""The few Thumb instructions that have to be recognised, by their halfwords (Armv7-M, A5)."""

from __future__ import annotations

YIELD = 0xBF10
WAIT_FOR_EVENT = 0xBF20
WAIT_FOR_INTERRUPT = 0xBF30
WAITS = frozenset((YIELD, WAIT_FOR_EVENT, WAIT_FOR_INTERRUPT))

ENABLE_INTERRUPTS = 0xB662
"""CPSIE I"""
NO_OPERATION = 0xBF00


def stores_several(halfword: int) -> bool:
    """Whether an instruction may make more than one access: STM, LDM, STRD, LDRD and their neighbours."""
    return halfword & 0xFE00 == 0xE800 or halfword & 0xF000 == 0xC000


def may_unmask(halfword: int) -> bool:
    """Whether an instruction may let interrupts in: CPSIE, MSR."""
    return halfword & 0xFFF0 == 0xB660 or halfword & 0xFFE0 == 0xF380


def is_permanently_undefined(word: int) -> bool:
    """Whether the instruction at the start of two halfwords (first one low) is UDF, in either encoding."""
    return word & 0xFF00 == 0xDE00 or word & 0xF000FFF0 == 0xA000F7F0
