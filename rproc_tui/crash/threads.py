"""The thread that ran when a program died, from the control blocks of FreeRTOS and Zephyr, where symbols name them.

FreeRTOS: `pxCurrentTCB` points to a TCB_t (tasks.c): top of stack first; behind two list items and the priority, 48
bytes in, the stack's lowest address and the name. Zephyr: `_kernel` (kernel_structs.h) has the current thread 8 bytes
in; `_kernel_thread_info_offsets` (thread_info.c), where it is built in, tells where a thread keeps what.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rproc_tui.crash.exception_frames import frame_at, looks_like_frame
from rproc_tui.crash.extents import Extents
from rproc_tui.crash.values import Certainty, Memory, Registers
from rproc_tui.sanitise import sanitise, sanitise_bytes


class SymbolNames(Protocol):
    """What is asked of a symbol table."""

    def symbol_named(self, name: str) -> tuple[int, int] | None:
        """Address and size."""
        ...

    def symbol_at(self, address: int) -> tuple[str, int] | None:
        """Name, and offset in it."""
        ...


@dataclass(frozen=True, slots=True)
class Thread:
    """The current thread."""

    system: str
    """`FreeRTOS` or `Zephyr`."""
    name: str
    """Sanitised; empty where it has none."""
    address: int
    """Of its control block."""
    stack: range
    """Its stack, as far as that is known."""
    saved: Registers | None
    """As they were when it was last switched away from; older than the crash when it ran."""
    saved_at: int | None
    """Where they were saved."""


NAME_MOST = 32
_TOLD = re.compile(r"Current thread: (0x[0-9a-f]{1,16}) \((.{1,32}?)\)")
_LINES_MOST = 64
_TCB_STACK, _TCB_NAME, _TCB_NAME_SIZE = 48, 52, 16
_STACK_MOST = 1 << 16
"""Bytes of a variable that is taken for one thread's stack; a larger one is a heap."""
_ABOVE = 0x1000
"""Bytes above the saved context that are searched where the stack's end is not known."""
_ZEPHYR_CURRENT = 8
_ZEPHYR_STACK_POINTER, _ZEPHYR_NAME = 8, 9
"""Indices in `_kernel_thread_info_offsets`."""
_ZEPHYR_THREAD_MOST = 256
"""Bytes of a thread's structure in which its stack pointer is looked for where no table tells."""
_UNKNOWN_OFFSET = 0xFFFF_FFFF

_PORT_LAYOUTS: Sequence[tuple[int, int]] = ((9, 0), (25, 0), (8, 0), (10, 2), (26, 2), (11, 3), (27, 3))
"""Of FreeRTOS' ports: words from the top of stack to the frame, and to r4."""


def current_thread(memory: Memory, extents: Extents, symbols: SymbolNames) -> Thread | None:
    """The thread that was current; None without an operating system that is known, or without its memory."""
    return _freertos(memory, extents, symbols) or _zephyr(memory, extents, symbols)


def told_thread(trace: Sequence[str]) -> Thread | None:
    """The thread that Zephyr's fatal error names: `Current thread: 0x20000168 (main)`."""
    for line in reversed(trace[-_LINES_MOST:]):
        found = _TOLD.search(line)
        if found is not None:
            return Thread("Zephyr", sanitise(found.group(2)), int(found.group(1), 16), range(0), None, None)
    return None


def _word(memory: Memory, address: int) -> int | None:
    content = memory.read(address, 4)
    return None if content is None else int.from_bytes(content, "little")


def _words(memory: Memory, address: int, count: int) -> tuple[int, ...]:
    content = memory.read(address, 4 * count)
    return () if content is None else struct.unpack(f"<{count}I", content)


def _pointer_in(memory: Memory, symbols: SymbolNames, names: Sequence[str], offset: int = 0) -> int | None:
    """What the first variable of these names points to."""
    for name in names:
        found = symbols.symbol_named(name)
        if found is not None:
            return _word(memory, found[0] + offset) or None
    return None


def _freertos(memory: Memory, extents: Extents, symbols: SymbolNames) -> Thread | None:
    block = _pointer_in(memory, symbols, ("pxCurrentTCB", "pxCurrentTCBs"))
    top = None if block is None else _word(memory, block)
    if block is None or top is None:
        return None
    lowest = _word(memory, block + _TCB_STACK)
    name = _text(memory.read(block + _TCB_NAME, _TCB_NAME_SIZE) or b"")
    sound = lowest is not None and lowest <= top < lowest + _STACK_MOST
    saved = _saved_by_port(memory, extents, top)
    return Thread(
        system="FreeRTOS",
        name=name if sound else "",
        address=block,
        stack=_stack_of(symbols, top, lowest if sound else None),
        saved=saved,
        saved_at=top,
    )


def _saved_by_port(memory: Memory, extents: Extents, top: int) -> Registers | None:
    for to_frame, to_r4 in _PORT_LAYOUTS:
        words = _words(memory, top, to_frame + 8)
        if words and looks_like_frame(words[to_frame:], extents):
            link = words[8] if to_frame in {9, 25} else words[to_r4 - 1] if to_r4 else None
            frame = frame_at(memory, top + 4 * to_frame, "", link)
            if frame is not None:
                kept = {f"r{number}": words[to_r4 + number - 4] for number in range(4, 12)}
                return _saved({**frame.values, **kept}, "FreeRTOS")
    return None


def _zephyr(memory: Memory, extents: Extents, symbols: SymbolNames) -> Thread | None:
    thread = _pointer_in(memory, symbols, ("_kernel",), _ZEPHYR_CURRENT)
    if thread is None:
        return None
    offsets = _zephyr_offsets(memory, symbols)
    named = symbols.symbol_at(thread)
    name = named[0] if named is not None and named[1] == 0 else ""
    if offsets.get(_ZEPHYR_NAME, _UNKNOWN_OFFSET) != _UNKNOWN_OFFSET:
        name = _text(memory.read(thread + offsets[_ZEPHYR_NAME], NAME_MOST) or b"") or name
    at = offsets.get(_ZEPHYR_STACK_POINTER)
    at = _zephyr_stack_pointer(memory, extents, thread) if at is None else at
    top = None if at is None else _word(memory, thread + at)
    saved = None
    if at is not None and top is not None and looks_like_frame(_words(memory, top, 8) or (0,) * 8, extents):
        frame = frame_at(memory, top, "")
        kept = {f"r{number}": value for number, value in enumerate(_words(memory, thread + at - 32, 8), start=4)}
        saved = None if frame is None else _saved({**frame.values, **kept}, "Zephyr")
    stack = range(0) if top is None else _stack_of(symbols, top, None)
    return Thread("Zephyr", name, thread, stack, saved, top)


def _zephyr_offsets(memory: Memory, symbols: SymbolNames) -> Mapping[int, int]:
    table = symbols.symbol_named("_kernel_thread_info_offsets")
    words = () if table is None else _words(memory, table[0], _ZEPHYR_NAME + 1)
    return dict(enumerate(words))


def _zephyr_stack_pointer(memory: Memory, extents: Extents, thread: int) -> int | None:
    """Where in a thread's structure its stack pointer is: the first word that leads to a frame."""
    for at, word in enumerate(_words(memory, thread, _ZEPHYR_THREAD_MOST // 4)):
        frame = _words(memory, word, 8) if word % 4 == 0 else ()
        if at >= 8 and frame and looks_like_frame(frame, extents):
            return 4 * at
    return None


def _saved(values: Mapping[str, int], system: str) -> Registers:
    return Registers(dict(values), f"what {system} saved when it last switched threads", Certainty.GUESS)


def _stack_of(symbols: SymbolNames, top: int, lowest: int | None) -> range:
    """The variable that a stack pointer is in, where it is small enough to be one stack; else what lies around it."""
    found = symbols.symbol_at(top)
    if found is not None:
        start = top - found[1]
        named = symbols.symbol_named(found[0])
        if named is not None and named[0] == start and named[1] <= _STACK_MOST:
            return range(start, start + named[1])
    return range(lowest if lowest is not None else top - _ABOVE, top + _ABOVE)


def _text(data: bytes) -> str:
    """A name that ends in NUL; empty where it is none."""
    name = sanitise_bytes(data.split(b"\0")[0])
    return name if name.isprintable() and "\\x" not in name else ""
