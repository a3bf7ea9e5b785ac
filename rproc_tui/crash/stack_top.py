"""Where a program's stack begins: by the names that linker scripts give its top, or by the first of its vectors."""

from __future__ import annotations

from rproc_tui.crash.extents import Extents
from rproc_tui.crash.threads import SymbolNames
from rproc_tui.crash.values import Machine, Memory

NAMES = ("stack_top", "_stack_top", "__stack_top", "__StackTop", "_estack", "__stack", "__initial_sp", "_stack_end")
"""Of the demo firmware, CMSIS, STM32Cube, newlib, Arm's compiler."""
VECTORS = ("vectors", "_vector_table", "__isr_vector", "__Vectors", "g_pfnVectors", "__vector_table")


def stack_top(memory: Memory, extents: Extents, symbols: SymbolNames, machine: Machine) -> int | None:
    """The address behind the stack; None where nothing tells."""
    for name in NAMES:
        found = symbols.symbol_named(name)
        if found is not None and _is_data(found[0], extents):
            return found[0]
    return _first_vector(memory, extents, symbols) if machine is Machine.CORTEX_M else None


def _first_vector(memory: Memory, extents: Extents, symbols: SymbolNames) -> int | None:
    named = [found[0] for name in VECTORS if (found := symbols.symbol_named(name)) is not None]
    for table in (*named, *(code.start for code in extents.code)):
        content = memory.read(table, 4)
        top = 0 if content is None else int.from_bytes(content, "little")
        if top % 4 == 0 and _is_data(top, extents):
            return top
    return None


def _is_data(address: int, extents: Extents) -> bool:
    """Whether the word below an address is the program's to write to."""
    return any(address - 4 in one for one in extents.data)
