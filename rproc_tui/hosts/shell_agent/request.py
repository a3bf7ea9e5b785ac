"""One request to the shell agent: a line `SLOT OP A B C PATH.` and the bytes behind it."""

from __future__ import annotations

import errno
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be done there; what `a`, `b` and `c` are stands at each operation in agent.sh."""

    operation: str
    path: str = "/"
    a: object = 0
    b: object = 0
    c: object = 0
    raw: bytes = b""
    """Behind the line; `c` is their number then."""

    def line(self, slot: int) -> bytes:
        """As it is sent. The point keeps blanks at the end of the path. OSError(EINVAL) for a path of several lines."""
        if "\n" in self.path or "\0" in self.path:
            raise OSError(errno.EINVAL, "the shell agent cannot name this file", self.path)
        head = f"{slot} {self.operation} {self.a} {self.b} {self.c} "
        return head.encode() + self.path.encode("utf-8", "surrogateescape") + b".\n" + self.raw
