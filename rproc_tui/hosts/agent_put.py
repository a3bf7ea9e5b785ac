"""Files that come to the agent in parts: nothing is written before all of them are there and the digest is right."""

from __future__ import annotations

import errno
import hashlib
import zlib
from dataclasses import dataclass, field
from itertools import count

from rproc_tui.hosts.agent_content import inflated

SIZE_MOST = 512 * 1024 * 1024
"""Bytes of one file."""

SLACK = 64 * 1024
"""Bytes by which a packed file may be longer than its content."""

OPEN_MOST = 16
"""Files that are on their way at a time; more are refused with EMFILE."""


@dataclass(slots=True)
class Coming:
    """A file on its way."""

    path: str
    size: int
    """Bytes of the whole content."""
    digest: str
    """SHA-256 of the whole content, in hex."""
    compressed: bool
    """Whether the parts together are a zlib stream."""
    parts: dict[int, bytes] = field(default_factory=dict)
    """What has come, by its offset: requests may overtake each other."""


class ComingFiles:
    """Numbered from 1; a number is not used again."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._coming: dict[int, Coming] = {}

    def begin(self, coming: Coming) -> int:
        """One more; OSError: EFBIG when it is too large, EMFILE when too many are on their way."""
        if coming.size > SIZE_MOST:
            raise OSError(errno.EFBIG, f"a file may have {SIZE_MOST} bytes", coming.path)
        if len(self._coming) >= OPEN_MOST:
            raise OSError(errno.EMFILE, f"{OPEN_MOST} files are on their way")
        number = next(self._numbers)
        self._coming[number] = coming
        return number

    def add(self, number: int, offset: int, data: bytes) -> None:
        """The part that begins there; EFBIG where there are more than the file has, EBADF for an unknown number."""
        coming = self._find(number)
        if sum(map(len, coming.parts.values())) + len(data) > coming.size + SLACK:
            raise OSError(errno.EFBIG, "more came than was announced", coming.path)
        coming.parts[offset] = data

    def end(self, number: int) -> tuple[str, bytes]:
        """Path and content; OSError(EBADMSG) where it is not what was announced. It is forgotten either way."""
        coming = self._find(number)
        self.drop(number)
        content = b"".join(coming.parts[offset] for offset in sorted(coming.parts))
        try:
            content = inflated(content, coming.size + 1) if coming.compressed else content
        except zlib.error as error:
            raise OSError(errno.EBADMSG, f"what came is damaged: {error}", coming.path) from None
        if len(content) != coming.size or hashlib.sha256(content).hexdigest() != coming.digest:
            raise OSError(errno.EBADMSG, "what came is not what was sent: its digest differs", coming.path)
        return coming.path, content

    def drop(self, number: int) -> None:
        """Forget it."""
        self._coming.pop(number, None)

    def _find(self, number: int) -> Coming:
        if number not in self._coming:
            raise OSError(errno.EBADF, f"no file {number} is on its way")
        return self._coming[number]
