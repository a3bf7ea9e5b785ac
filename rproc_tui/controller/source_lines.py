"""Source files of this machine, by the names that a compiler wrote into firmware.

Such a name may come from another machine, or from somebody hostile: it is followed only to regular files that are
called as source files are.
"""

from __future__ import annotations

import os
import stat
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rproc_tui.errors import UsageError
from rproc_tui.sanitise import sanitise

FILE_MOST = 8 << 20
"""Bytes of a source file."""
LINE_MOST = 400
"""Characters of a line that are shown."""
KEPT = 16
"""Files that are remembered."""
_TAB = 8
_C_FAMILY = (".c", ".h", ".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".ipp", ".inl", ".tcc", ".inc", ".def")
_OTHERS = (".s", ".asm", ".rs", ".zig", ".ads", ".adb", ".d", ".nim", ".go", ".swift", ".ino")
_SUFFIXES = frozenset((*_C_FAMILY, *_OTHERS))

_FORM = "OLD=NEW, or a folder of sources"

Mapping = tuple[str, str]
"""Beginning of a path as the compiler wrote it, and the folder of this machine that holds the same."""


@dataclass(frozen=True, slots=True)
class SourceExcerpt:
    """Lines of a source file."""

    path: str
    """Of this machine, sanitised."""
    first: int
    """Number of the first line, from 1."""
    lines: tuple[str, ...]
    """Sanitised."""
    current: int
    """Number of the line that was asked for; there may be none of that number."""
    modified: float
    """Of the file, wall seconds."""


@dataclass(frozen=True, slots=True)
class _File:
    version: tuple[int, int]
    lines: tuple[str, ...]


class SourceLines:
    """Finds and reads source files. Blocks: to be asked on threads."""

    def __init__(self, mappings: Sequence[Mapping] = ()) -> None:
        self._mappings = tuple(mappings)
        self._known: OrderedDict[str, _File] = OrderedDict()
        self._lock = threading.Lock()

    def excerpt(self, file: str, line: int, *, before: int, after: int) -> SourceExcerpt | None:
        """The lines around one; None where the file is not on this machine."""
        for path in candidates(file, self._mappings):
            try:
                found, modified = self._read(path)
            except (OSError, ValueError):
                continue
            first = max(1, min(line, len(found.lines)) - before)
            lines = found.lines[first - 1 : line + after]
            plain = tuple(sanitise(one.expandtabs(_TAB).rstrip(), limit=LINE_MOST) for one in lines)
            return SourceExcerpt(sanitise(path), first, plain, line, modified)
        return None

    def _read(self, path: str) -> tuple[_File, float]:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with self._lock, os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise ValueError(path)
            version = status.st_mtime_ns, status.st_size
            known = self._known.get(path)
            if known is None or known.version != version:
                text = file.read(FILE_MOST).decode("utf-8", "replace")
                known = self._known[path] = _File(version, tuple(text.replace("\r\n", "\n").split("\n")))
                while len(self._known) > KEPT:
                    self._known.popitem(last=False)
            return known, status.st_mtime


def candidates(file: str, mappings: Sequence[Mapping]) -> Iterator[str]:
    """Where a file may be, the likeliest first; nothing for a name that no source file has."""
    if os.path.splitext(file)[1].lower() not in _SUFFIXES or "\0" in file:
        return
    plain = os.path.normpath(file)
    for old, new in sorted(mappings, key=lambda one: len(one[0]), reverse=True):
        rest = _below(plain, old)
        if rest is not None:
            yield os.path.join(new, rest)
    if os.path.isabs(plain):
        yield plain
    elif not plain.startswith(".."):
        yield from (os.path.join(new, plain) for _, new in mappings)
        yield os.path.abspath(plain)


def parse_mapping(text: str) -> Mapping:
    """`OLD=NEW`, or a folder alone for relative names; UsageError where that is no folder of this machine."""
    old, folder = split_mapping(text)
    if not os.path.isdir(folder):
        raise UsageError(f"{sanitise(text)}: {sanitise(folder)} is no folder", hint=_FORM)
    return old, folder


def split_mapping(text: str) -> Mapping:
    """The same, whether the folder exists or not; UsageError without one."""
    old, sign, new = text.partition("=")
    if not (new if sign else old) or "\0" in text:
        raise UsageError(f"{sanitise(text)} names no folder", hint=_FORM)
    return (old if sign else ""), os.path.abspath(os.path.expanduser(new if sign else old))


def _below(file: str, old: str) -> str | None:
    """What is left of a path behind a beginning of whole names; None where it begins otherwise."""
    if not old:
        return None if os.path.isabs(file) or file.startswith("..") else file
    start = os.path.normpath(old)
    if start == "/":
        return file.lstrip("/") if os.path.isabs(file) else None
    return file[len(start) + 1 :] if file.startswith(start + "/") else None
