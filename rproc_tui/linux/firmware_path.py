"""Where the kernel looks for firmware: the search of its firmware_loader, in its order and with its odd rules.

Every folder is tried for the plain name; only when the last of them has no such file are all tried again for `.zst`
and then for `.xz`. A file that is there but unfit (empty, a folder) is passed over. A name that begins with a slash is
still looked for below the folders.
"""

from __future__ import annotations

import asyncio
import errno
import re

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.reading import try_bytes, try_line
from rproc_tui.model.file_facts import FileKind

PATH_MOST = 4096
"""Bytes of a path with its end (PATH_MAX); a longer one ends the search."""

COMPRESSED = (".zst", ".xz")
"""What the kernel adds to a name, in its order."""

DEPTH_MOST = 4
"""Folders below a firmware folder that are looked into for candidates."""

ENTRIES_MOST = 4000
"""Files and folders that are looked at for candidates; a desktop distribution has about as many."""


async def kernel_release(host: Host) -> str | None:
    """What `uname -r` answers; None where it is not told."""
    reading = await try_line(host, paths.OSRELEASE)
    return reading.text or None


async def configured(host: Host) -> str | None:
    """The folder of the module parameter `firmware_class.path`; None when it is not set.

    With the newline that `echo` leaves there, where the kernel takes that for a part of the name: up to 6.1.
    """
    data, release = await asyncio.gather(try_bytes(host, paths.FIRMWARE_CLASS_PATH, paths.PAGE), kernel_release(host))
    path = (data or b"").removesuffix(b"\n").decode("utf-8", "surrogateescape")
    return (path if _keeps_newline(release) else path.partition("\n")[0]) or None


def _keeps_newline(release: str | None) -> bool:
    version = re.match(r"(\d+)\.(\d+)", release or "")
    return version is not None and (int(version[1]), int(version[2])) <= (6, 1)


async def folders(host: Host) -> tuple[str, ...]:
    """Every folder of the search, in the kernel's order."""
    own, release = await asyncio.gather(configured(host), kernel_release(host))
    first = () if own is None else (own,)
    updates = f"{paths.LIB_FIRMWARE}/updates"
    if release is None:
        return (*first, updates, paths.LIB_FIRMWARE)
    return (*first, f"{updates}/{release}", updates, f"{paths.LIB_FIRMWARE}/{release}", paths.LIB_FIRMWARE)


async def folder(host: Host) -> str:
    """Where a new file is to be put so that the kernel finds it by its name."""
    return await configured(host) or paths.LIB_FIRMWARE


async def folder_of(host: Host, name: str) -> str:
    """The folder (of the search) in which a name is found now; where nothing is found, that for a new file."""
    path = await find(host, name)
    if path is None:
        return await folder(host)
    for suffix in COMPRESSED:
        if path.endswith(f"/{name}{suffix}"):
            return path.removesuffix(f"/{name}{suffix}")
    return path.removesuffix(f"/{name}")


async def find(host: Host, name: str) -> str | None:
    """The file that the kernel would load for a name now; None when it would find none."""
    if not name or ".." in name.split("/"):
        return None
    search = await folders(host)
    for suffix in ("", *COMPRESSED):
        error = errno.ENOENT
        for one in search:
            path = f"{one}/{name}{suffix}"
            if len(path.encode("utf-8", "surrogateescape")) >= PATH_MOST:
                return None
            error = await _unfit(host, path)
            if error == 0:
                return path
        if error != errno.ENOENT:  # only the last folder's error counts
            return None
    return None


async def _unfit(host: Host, path: str) -> int:
    """The errno with which the kernel would pass a file over; 0 when it would load it."""
    try:
        facts = await host.stat(path)
    except OSError as error:
        return error.errno or errno.EIO
    return 0 if facts.kind is FileKind.REGULAR and facts.size > 0 else errno.EINVAL


async def candidates(host: Host) -> tuple[str, ...]:
    """Names of files that could be loaded, as `firmware` takes them, sorted; bounded in depth and number."""
    found: set[str] = set()
    left = ENTRIES_MOST
    search = await folders(host)
    for root in dict.fromkeys(search):
        level = [""]
        for _ in range(DEPTH_MOST + 1):
            files, below, seen = await _level(host, root, level, left)
            found.update(files)
            left -= seen
            level = [name for name in below if f"{root}/{name}".rstrip("/") not in search]
    return tuple(sorted(found))


async def _level(host: Host, root: str, prefixes: list[str], most: int) -> tuple[list[str], list[str], int]:
    """Files and folders one level down, and how many entries that took."""
    listed = await asyncio.gather(*(_names(host, f"{root}/{prefix}") for prefix in prefixes))
    names = [f"{prefix}{name}" for prefix, entries in zip(prefixes, listed, strict=True) for name in entries][:most]
    kinds = await asyncio.gather(*(_kind(host, f"{root}/{name}") for name in names))
    files = [_uncompressed(name) for name, kind in zip(names, kinds, strict=True) if kind is FileKind.REGULAR]
    below = [f"{name}/" for name, kind in zip(names, kinds, strict=True) if kind is FileKind.DIRECTORY]
    return files, below, len(names)


async def _names(host: Host, path: str) -> list[str]:
    try:
        return [name for name in await host.list(path) if not name.startswith(".")]
    except OSError:
        return []


async def _kind(host: Host, path: str) -> FileKind | None:
    try:
        return (await host.stat(path)).kind
    except OSError:
        return None


def _uncompressed(name: str) -> str:
    """The name that the kernel is told: it adds the suffix itself."""
    for suffix in COMPRESSED:
        if name.endswith(suffix):
            return name[: -len(suffix)]
    return name
