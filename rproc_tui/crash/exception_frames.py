"""Finds the frames that a Cortex-M pushes when it takes an exception (Armv7-M B1.5.6): r0-r3, r12, lr, pc, xPSR.

A dump of the kernel has no registers; after a fault, these words on a stack are what is left of them. Whatever looks
like a frame is weighed: a handler's EXC_RETURN below it, return addresses into a fault handler, what the firmware
printed, whether it lies on the stack of the thread that ran.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rproc_tui.crash.exception_return import BASIC_SIZE, FRAME
from rproc_tui.crash.extents import Extents
from rproc_tui.crash.fault_names import is_fault_handler
from rproc_tui.crash.handler_link import frame_size, is_handler_link, uses_process_stack
from rproc_tui.crash.pushed import pushed_registers
from rproc_tui.crash.values import Certainty, Memory, Place, Registers

SCAN_MOST = 1 << 20
"""Bytes of data that are searched for frames."""
KEPT_MOST = 8
"""Frames that are given back."""
_BELOW = 64
"""Words below a frame in which its handler's own frame is looked for."""
_NEAR = 16
_SAVED_WORDS = frozenset({0, 8, 9, 10, 11, 25, 26, 27})
"""Words of a saved context below its frame: r4 to r11, EXC_RETURN, S16 to S31, and some ports' own; Zephyr: none."""
_NO_CALLER = 0xFFFF_FFFF
_RESERVED = 0x00F0_0000
_INTERRUPTIBLE = 0x0600_FC00
"""The IT and ICI bits of xPSR."""
_EXCEPTION_NUMBER = 0x1FF
_LARGEST_EXCEPTION = 495
_THUMB = 1 << 24
_PADDED = 1 << 9
_LIKELY_FROM = 5

Locate = Callable[[int], Place]
"""The place of an address in the program."""


@dataclass(frozen=True, slots=True)
class ExceptionFrame:
    """A frame that was found, with what speaks for it."""

    address: int
    exception_return: int | None
    """Of the handler that was entered with it."""
    registers: Registers
    weight: int
    """The higher the surer."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What else is known about the end of a program."""

    printed: Registers | None = None
    """Registers that the firmware told of: the frame that agrees with them is the fault's."""
    stack: range = range(0)
    """Of the thread that ran."""
    saved: int | None = None
    """Where that thread's context was saved when it was last switched away from: a frame that is over."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words of memory in a row."""

    start: int
    words: tuple[int, ...]

    def at(self, index: int) -> int:
        return self.start + 4 * index


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Eight words that look like a frame, and the words below them that are its handler's."""

    stretch: _Stretch
    index: int
    floor: int
    """Index of the first word that is not another frame's."""
    link: int | None
    """Index of the handler's EXC_RETURN."""

    @property
    def address(self) -> int:
        return self.stretch.at(self.index)

    @property
    def words(self) -> tuple[int, ...]:
        return self.stretch.words[self.index : self.index + 8]

    @property
    def exception_return(self) -> int | None:
        return None if self.link is None else self.stretch.words[self.link]


def find_frames(
    memory: Memory, extents: Extents, locate: Locate, clues: Clues | None = None
) -> tuple[ExceptionFrame, ...]:
    """The frames in a program's data, the surest first; those of equal weight from the innermost on."""
    weigher = _Weigher(memory, extents, locate, clues or Clues())
    found = [
        weigher.weighed(candidate)
        for stretch in _stretches(memory, extents)
        for candidate in _candidates(stretch, extents)
    ]
    found.sort(key=lambda frame: (-frame.weight, frame.address))
    return tuple(found[:KEPT_MOST])


def frame_at(memory: Memory, address: int, source: str, exception_return: int | None = None) -> Registers | None:
    """The registers in a frame whose place is known; None where memory is not."""
    content = memory.read(address, 32)
    if content is None:
        return None
    values = _values(struct.unpack("<8I", content), address, exception_return)
    return Registers(values, source, Certainty.LIKELY)


def looks_like_frame(words: Sequence[int], extents: Extents) -> bool:
    """Whether eight words can be a frame of a program that ran where code is, or that branched wildly from there."""
    *_, lr, pc, xpsr = words
    if xpsr & _RESERVED or xpsr & _EXCEPTION_NUMBER > _LARGEST_EXCEPTION:
        return False
    if extents.is_code(pc):
        from_code = bool(lr & 1) and extents.is_code(lr)
        return bool(xpsr & _THUMB) and not pc & 1 and (from_code or is_handler_link(lr) or lr == _NO_CALLER)
    return bool(lr & 1) and extents.is_code(lr) and (bool(xpsr & _THUMB) or not pc & 1)


def _values(words: Sequence[int], address: int, exception_return: int | None) -> dict[str, int]:
    values = dict(zip(FRAME, words, strict=True))
    size = BASIC_SIZE if exception_return is None else frame_size(exception_return)
    return values | {"sp": address + size + (4 if values["xpsr"] & _PADDED else 0)}


def _stretches(memory: Memory, extents: Extents) -> Iterator[_Stretch]:
    left = SCAN_MOST
    for one in extents.data:
        start = one.start + (-one.start % 8)
        size = min(one.stop - start, left) & ~3
        content = memory.read(start, size) if size > 0 else None
        if content:
            left -= size
            yield _Stretch(start, struct.unpack(f"<{size // 4}I", content))


def _candidates(stretch: _Stretch, extents: Extents) -> Iterator[_Candidate]:
    words, floor = stretch.words, 0
    for last in range(7, len(words), 2):  # frames are aligned to 8 bytes
        index = last - 7
        lr = words[last - 2]
        if words[last] & (_RESERVED | _INTERRUPTIBLE) or lr < 2 or not (lr & 1 or lr >> 28 == 0xF):
            continue  # what most words are
        if not looks_like_frame(words[index : last + 1], extents):
            continue
        link = _link_below(words, index, floor)
        if extents.is_code(words[last - 1]):
            yield _Candidate(stretch, index, floor, link)
            floor = last + 1
        elif link is not None:  # a wild branch is believed only where a handler was entered
            yield _Candidate(stretch, index, floor, link)
            floor = last + 1 if link == index - 1 else floor


def _link_below(words: Sequence[int], index: int, floor: int) -> int | None:
    """Where a handler keeps its EXC_RETURN below a frame; None where it does not."""
    return next((at for at in range(index - 1, max(floor, index - _NEAR) - 1, -1) if is_handler_link(words[at])), None)


@dataclass(frozen=True, slots=True)
class _Weigher:
    """Weighs candidates."""

    memory: Memory
    extents: Extents
    locate: Locate
    clues: Clues

    def weighed(self, candidate: _Candidate) -> ExceptionFrame:
        """The frame, with the registers that its handler has pushed."""
        link = candidate.exception_return
        values = _values(candidate.words, candidate.address, link)
        handler = self._handler_below(candidate)
        weight = _weight_of_link(candidate) + (3 if handler is not None else 0)
        weight += self._agreement(values) + self._weight_of_stack(candidate.address)
        if candidate.link is not None:
            below = candidate.stretch.words[max(0, candidate.link - 12) : candidate.link + 1]
            values |= pushed_registers(self.memory, handler, below, values["sp"])
        certainty = Certainty.LIKELY if weight >= _LIKELY_FROM else Certainty.GUESS
        source = f"exception frame at {candidate.address:#010x}"
        return ExceptionFrame(candidate.address, link, Registers(values, source, certainty), weight)

    def _agreement(self, values: dict[str, int]) -> int:
        """How well a frame fits what was printed."""
        printed = self.clues.printed
        if printed is None or printed.pc is None:
            return 0
        known = [name for name in FRAME if name in printed.values]
        return 8 if all(values[name] & ~1 == printed.values[name] & ~1 for name in known) else -2

    def _weight_of_stack(self, address: int) -> int:
        if address not in self.clues.stack:
            return 0
        saved = self.clues.saved
        return -2 if saved is not None and (address - saved) / 4 in _SAVED_WORDS else 4

    def _handler_below(self, candidate: _Candidate) -> Place | None:
        """A return address into a fault handler among the words below a frame, the nearest; None without one."""
        words = candidate.stretch.words
        for at in range(candidate.index - 1, max(candidate.floor, candidate.index - _BELOW) - 1, -1):
            if words[at] & 1 and self.extents.is_code(words[at]):
                place = self.locate(words[at] & ~1)
                if is_fault_handler(place.function):
                    return place
        return None


def _weight_of_link(candidate: _Candidate) -> int:
    """An EXC_RETURN right below the frame is its handler's; one of a process stack, a sleeping thread's."""
    link = candidate.exception_return
    if link is None or uses_process_stack(link):
        return 0
    return 4 if candidate.link == candidate.index - 1 else 3
