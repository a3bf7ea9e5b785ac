"""Random access to the bytes of a file, whatever holds them: bytes, an mmap, a file that is read piece by piece."""

from __future__ import annotations

from typing import Protocol


class Image(Protocol):
    """The bytes of a file. Only slices of it are ever asked for, so a sparse file of gigabytes costs nothing."""

    def __getitem__(self, key: slice, /) -> bytes:
        """The bytes of a slice without step; fewer where the file ends."""
        ...


def take(image: Image, offset: int, length: int) -> bytes:
    """Exactly `length` bytes; what is missing (a file that shrank while it was read) comes as zeros."""
    data = image[offset : offset + length]
    return data if len(data) == length else data + bytes(length - len(data))
