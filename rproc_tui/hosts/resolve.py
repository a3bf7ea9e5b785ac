"""Follows symbolic links in a tree that is not the root of this machine, as a kernel would inside it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

MAX_LINKS = 40
"""Links that the kernel follows in one path before it answers ELOOP."""


def resolve(path: str, readlink: Callable[[str], str | None], *, last: bool = True) -> str:
    """The path without links, `.` and `..`; absolute links start at the root of the tree.

    `readlink` answers where a path points, or None when it is no link (or is not there). With `last` false a link in
    the last place is kept. OSError(ELOOP) after too many links.
    """
    todo = [part for part in path.split("/") if part][::-1]
    done: list[str] = []
    followed = 0
    while todo:
        part = todo.pop()
        if part == ".":
            continue
        if part == "..":
            if done:
                done.pop()
            continue
        here = "/" + "/".join([*done, part])
        target = readlink(here) if todo or last else None
        if target is None:
            done.append(part)
            continue
        followed += 1
        if followed > MAX_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
        if target.startswith("/"):
            done = []
        todo += [step for step in target.split("/") if step][::-1]
    return "/" + "/".join(done)
