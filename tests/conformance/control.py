"""The control block in a firmware image: how the processor under it is to behave. It lies at 0x200 of the code."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

CONTROL_AT = 0x200
MAGIC = 0x4350_5256
_LAYOUT = struct.Struct("<9I64s32s32s32s32s")
WORDS = 9
"""Numbers in front of the texts, the magic one included."""
NAMES_MOST = 4


@dataclass(frozen=True, slots=True)
class Control:
    """What a firmware asks of the silicon. Times in milliseconds, errors as positive errno."""

    tick: int = 0
    """Between two lines in the trace; 0 is half a second."""
    start_delay: int = 0
    start_error: int = 0
    stop_delay: int = 0
    stop_error: int = 0
    crash_after: int = 0
    """It reports a crash by itself; 0: never."""
    crash_type: int = 0
    trace_mode: int = 0
    """What happens at the end of a trace buffer: one of the modes below."""
    banner: str = ""
    """The first line of the trace."""
    names: tuple[str, ...] = ()
    """Channels that it announces."""

    @classmethod
    def of(cls, memory: memoryview) -> Control:
        """The block in a processor's code memory; one without the magic number asks for nothing."""
        words = _LAYOUT.unpack_from(memory, CONTROL_AT)
        if words[0] != MAGIC:
            return cls()
        banner, *names = [_text(field) for field in words[WORDS:]]
        return replace(cls(*words[1:WORDS]), banner=banner, names=tuple(names))

    def pack(self) -> bytes:
        """The block."""
        words = (self.tick, self.start_delay, self.start_error, self.stop_delay, self.stop_error)
        rest = (self.crash_after, self.crash_type, self.trace_mode)
        names = [name.encode()[:32] for name in (*self.names, *[""] * NAMES_MOST)[:NAMES_MOST]]
        return _LAYOUT.pack(MAGIC, *words, *rest, self.banner.encode()[:63], *names)


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "replace")


WRAP, STOP_WHEN_FULL, CLEAR_ON_WRAP, SILENT = range(4)
