"""The bytes of a program as its file holds them, by the address that it runs at."""

from __future__ import annotations

from collections.abc import Sequence

from rproc_tui.crash.values import Memory
from rproc_tui.firmware.facts import Segment
from rproc_tui.firmware.image import Image


class Program:
    """The loaded segments of one file."""

    def __init__(self, image: Image, size: int, segments: Sequence[Segment]) -> None:
        self._image = image
        self._size = size
        self._segments = [segment for segment in segments if segment.is_loaded]

    def read(self, address: int, size: int) -> bytes | None:
        """Exactly `size` bytes, as they were before the program ran; None where the file has none for the address."""
        for segment in self._segments:
            offset = address - segment.vaddr
            if offset >= 0 and offset + size <= segment.filesz and segment.offset + offset + size <= self._size:
                return bytes(self._image[segment.offset + offset : segment.offset + offset + size])
        return None


class Layered:
    """Memory as a dump has it and, where it has nothing, the program as its file has it."""

    def __init__(self, *layers: Memory) -> None:
        self._layers = layers

    def read(self, address: int, size: int) -> bytes | None:
        """Exactly `size` bytes from the first layer that has them all."""
        return next((data for layer in self._layers if (data := layer.read(address, size)) is not None), None)
