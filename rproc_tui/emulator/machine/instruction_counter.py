"""How many instructions a slice has executed: the engine counts them and does not say.

The number stands in the engine's own structure. Where, is found out once a process, by letting an engine execute known
numbers of instructions and looking for them; where it cannot be found, there is no counter and its user does without.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any

from rproc_tui.emulator.machine.binding import constants, unicorn

_RUNS = (1234, 777, 4001)
"""Lengths of the trial runs."""
_CODE = 0x1000
_NOP = b"\x00\xbf"
_CODE_CACHE = 1 << 20
_WORD = ctypes.sizeof(ctypes.c_size_t)


def executed_by(engine: Any) -> ctypes.c_size_t | None:
    """The counter of an engine as a live value; one more than was asked for means that the count was used up."""
    offset = _offset()
    return None if offset is None else ctypes.c_size_t.from_address(engine._uch.value + offset)  # noqa: SLF001


@functools.cache
def _offset() -> int | None:
    """Where the counter is in the structure; None when that is not beyond doubt."""
    engine = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB)
    engine.ctl_set_tcg_buffer_size(_CODE_CACHE)
    size = _size_of(engine._uch.value)  # noqa: SLF001
    if size is None:
        return None
    engine.mem_map(_CODE, 0x4000, constants.UC_PROT_ALL)
    engine.mem_write(_CODE, _NOP * (max(_RUNS) + 16))
    words = (ctypes.c_size_t * (size // _WORD)).from_address(engine._uch.value)  # noqa: SLF001
    candidates = set(range(len(words)))
    for count in _RUNS:
        engine.emu_start(_CODE | 1, 0, count=count)
        candidates = {index for index in candidates if words[index] == count + 1}
    return candidates.pop() * _WORD if len(candidates) == 1 else None


def _size_of(address: int) -> int | None:
    """Bytes that were allocated there, from the C library; None where it does not tell."""
    library = ctypes.CDLL(None)
    for name in ("malloc_usable_size", "malloc_size"):
        function = getattr(library, name, None)
        if function is not None:
            function.restype = ctypes.c_size_t
            function.argtypes = [ctypes.c_void_p]
            return int(function(address)) or None
    return None
