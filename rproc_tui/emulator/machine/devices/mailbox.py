"""The mailbox between host and firmware: words in, kicks and words out.

| offset | access | what |
|---|---|---|
| 0x00 | write | kick: the number of a virtqueue (its notifyid) that the host shall look at |
| 0x04 | write | a word for the host, shown in its log |
| 0x08 | read | takes the oldest word that the host has posted; 0xFFFFFFFF when there is none |
| 0x0C | read | how many words wait |
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from rproc_tui.emulator.machine.cpu import InterruptLine
from rproc_tui.emulator.machine.faults import BusError

EMPTY = 0xFFFFFFFF
CAPACITY = 64
"""Words; more than that are refused."""
_KICK, _WORD, _TAKE, _COUNT = 0x00, 0x04, 0x08, 0x0C


class Mailbox:
    """The firmware's side. A kick is handed over at once, in the middle of the store; words wait for its slice."""

    def __init__(self, interrupt: InterruptLine, kick: Callable[[int], None]) -> None:
        self._interrupt = interrupt
        self._kick = kick
        self._words: deque[int] = deque()
        self._sent: list[int] = []

    @property
    def waiting(self) -> int:
        """Words that the firmware has not taken."""
        return len(self._words)

    def post(self, word: int) -> None:
        """A word from the host. The interrupt is raised for each."""
        self._words.append(word)
        self._interrupt()

    def take_sent(self) -> list[int]:
        """Words that the firmware has sent since last asked."""
        sent, self._sent = self._sent, []
        return sent

    def read(self, offset: int, size: int) -> int:
        """The registers are words."""
        if offset == _TAKE:
            return self._words.popleft() if self._words else EMPTY
        if offset == _COUNT:
            return len(self._words)
        if offset in {_KICK, _WORD}:
            return 0
        raise BusError(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        """Words beyond what the host can look at are lost."""
        if offset == _KICK:
            self._kick(value)
        elif offset == _WORD:
            self._sent += [value][: CAPACITY - len(self._sent)]
        else:
            raise BusError(offset, size)
