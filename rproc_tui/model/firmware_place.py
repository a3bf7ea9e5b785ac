"""Where the kernel looked for a firmware file, and what is there instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Obstacle(StrEnum):
    """Why what is there cannot be loaded."""

    DIRECTORY = "directory"
    EMPTY = "empty"
    DANGLING = "dangling"
    """A link to nothing."""
    NOT_REGULAR = "not_regular"
    """A FIFO, a device, a socket."""


@dataclass(frozen=True, slots=True)
class FirmwarePlace:
    """The search for one name."""

    name: str
    """As the `firmware` file reads."""
    folders: tuple[str, ...]
    """Every folder that the kernel tries, in its order."""
    path: str | None = None
    """Where something of that name is."""
    obstacle: Obstacle | None = None
    """Why that cannot be loaded; None with a path: it can."""
    target: str | None = None
    """Where a link points to."""
    similar: tuple[str, ...] = ()
    """Names of files that are there and read much the same, the most similar first."""
