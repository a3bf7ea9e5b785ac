"""The writers of trace buffers, as firmware has them: where each puts a character, and what the file shows."""

from __future__ import annotations

from abc import ABC, abstractmethod


class Writer(ABC):
    """A trace buffer in memory that starts cleared, and firmware that writes into it."""

    def __init__(self, size: int) -> None:
        self.memory = bytearray(size)
        self.position = 0

    @abstractmethod
    def put(self, byte: int) -> None: ...

    def write(self, text: bytes) -> None:
        for byte in text:
            self.put(byte)

    def shown(self) -> bytes:
        """What the kernel reads: up to the first NUL."""
        return bytes(self.memory).partition(b"\0")[0]

    @property
    def room(self) -> int:
        """Characters in one lap."""
        return len(self.memory) - 1


class RamConsole(Writer):
    """Zephyr: overwrites from index 0 on; the last byte stays NUL."""

    def put(self, byte: int) -> None:
        self.memory[self.position] = byte
        self.position = (self.position + 1) % self.room


class MemoryLog(Writer):
    """TI: uses the whole buffer and goes round in the middle of a line."""

    def put(self, byte: int) -> None:
        self.memory[self.position] = byte
        self.position = (self.position + 1) % len(self.memory)

    @property
    def room(self) -> int:
        return len(self.memory)


class WholeLines(Writer):
    """Goes back to the start when a line does not fit any more, and leaves what stands behind it."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._line = b""

    def put(self, byte: int) -> None:
        self._line += bytes((byte,))
        if byte != ord("\n"):
            return
        if self.position + len(self._line) > len(self.memory):
            self.position = 0
        self.memory[self.position : self.position + len(self._line)] = self._line
        self.position += len(self._line)
        self._line = b""


class LogBuff(Writer):
    """ST: a NUL goes behind each character; at the end it begins again at index 0."""

    def put(self, byte: int) -> None:
        self.put_without_nul(byte)
        self.memory[self.position] = 0

    def put_without_nul(self, byte: int) -> None:
        """A character whose NUL has not been written yet."""
        if self.position + 1 >= len(self.memory):
            self.position = 0
        self.memory[self.position] = byte
        self.position += 1
