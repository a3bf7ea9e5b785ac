"""What an address is, in words: a field of a null pointer, the byte behind the end of .bss, a stack that ran over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rproc_tui.crash.values import Machine
from rproc_tui.firmware.facts import Section
from rproc_tui.model.memory import Region

NULL_MOST = 0x1000
"""Addresses below this come from a null pointer, where no memory is there."""
NEAR = 0x1_0000
"""Bytes behind .bss that still are told from there."""
BELOW_MEMORY = 0x1000
"""Bytes below the beginning of a memory that still are told from there."""
BELOW_STACK = 0x1_0000
"""The same where the stack pointer has left that memory, too: a handler may have gone on pushing."""

PATTERNS = {
    0xA5A5_A5A5: "what FreeRTOS fills stacks with",
    0xAAAA_AAAA: "what Zephyr fills stacks with",
    0xDEAD_BEEF: "a mark of poisoned memory",
    0xCCCC_CCCC: "a mark of uninitialised memory",
    0xCDCD_CDCD: "a mark of uninitialised memory",
    0xFEEE_FEEE: "a mark of freed memory",
    0xBAAD_F00D: "a mark of uninitialised memory",
    0xFFFF_FFFF: "minus one, or erased flash",
}
_LAST_PUSH = 0x80
"""Bytes that one instruction pushes at most: the stack pointer of a refused push is still inside."""
_PATTERN_NEAR = 0x400
_CORTEX_M_MAP = (
    (0x4000_0000, 0x6000_0000, "where Cortex-M has peripherals"),
    (0x6000_0000, 0xA000_0000, "where Cortex-M has external memory"),
    (0xA000_0000, 0xE000_0000, "where Cortex-M has external devices"),
    (0xE000_0000, 0xE010_0000, "among the core's own registers (private peripheral bus)"),
)

ObjectNamer = Callable[[int], tuple[str, int] | None]
"""The variable or function at an address, and the offset in it; None where there is none."""


@dataclass(frozen=True, slots=True)
class AddressSpace:
    """What is known to be where."""

    regions: Sequence[Region]
    sections: Sequence[Section] = ()
    object_at: ObjectNamer = lambda _address: None
    machine: Machine = Machine.UNKNOWN
    stack_top: int | None = None
    """Where the stack begins, which grows down from there."""

    def is_memory(self, address: int) -> bool:
        """Whether a region is there."""
        return any(one.da <= address < one.end for one in self.regions)


def address_text(address: int, space: AddressSpace, stack_pointer: int | None = None) -> str:
    """What is at an address, as the end of a sentence that begins with it."""
    return next(_meanings(address, space, stack_pointer))


def _meanings(address: int, space: AddressSpace, stack_pointer: int | None) -> Iterator[str]:
    region = next((one for one in space.regions if one.da <= address < one.end), None)
    if region is None and address < NULL_MOST:
        yield "a null pointer" if address == 0 else f"a null pointer plus {address}"
    if region is None:
        yield from _below_a_memory(address, space, stack_pointer)
        yield from _pattern(address)
    yield from _object(address, space)
    if region is not None:
        yield f"{region.name} plus {address - region.da:#x}" if region.name else "in memory"
    yield from (f"in no memory, {text}" for text in _architecture(address, space.machine))
    yield "in no memory"


def _below_a_memory(address: int, space: AddressSpace, stack_pointer: int | None) -> Iterator[str]:
    for region in space.regions:
        below = region.da - address
        name = region.name or f"the memory at {region.da:#010x}"
        if 0 < below <= BELOW_STACK and _has_left(stack_pointer, region):
            yield f"{below} bytes below {name}, as is the stack pointer: the stack has overflowed"
        if 0 < below <= BELOW_MEMORY:
            has_stack = stack_pointer is None and space.stack_top is not None
            if has_stack and region.da < (space.stack_top or 0) <= region.end:
                yield f"{below} bytes below {name}, which the stack is in: it has overflowed, as it seems"
            yield f"{below} bytes below {name}"


def _has_left(stack_pointer: int | None, region: Region) -> bool:
    """Whether a stack that grows down has come out of a memory, or is about to."""
    return stack_pointer is not None and 0 <= region.da - stack_pointer + _LAST_PUSH <= BELOW_STACK


def _pattern(address: int) -> Iterator[str]:
    for value, meaning in PATTERNS.items():
        if 0 <= address - value < _PATTERN_NEAR:
            offset = f" plus {address - value}" if address != value else ""
            yield f"{value:#010x}{offset}, {meaning}: a pointer that was never set"


def _object(address: int, space: AddressSpace) -> Iterator[str]:
    found = space.object_at(address)
    if found is not None:
        name, offset = found
        yield f"{name} plus {offset}" if offset else name
        return
    for section in space.sections:
        behind = address - section.address - section.size
        if section.name == ".bss" and section.size and 0 <= behind < NEAR:
            yield f"{behind} bytes past the end of .bss"


def _architecture(address: int, machine: Machine) -> Iterator[str]:
    if machine is Machine.CORTEX_M:
        for start, end, text in _CORTEX_M_MAP:
            if start <= address < end:
                yield text
