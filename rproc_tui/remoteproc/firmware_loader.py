"""Finding and reading firmware files (`request_firmware`, drivers/base/firmware_loader), with Debian's log lines."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rproc_tui.firmware.container import XZ, ZSTD
from rproc_tui.firmware.decompress import unpack
from rproc_tui.remoteproc.c_text import as_text, c_string
from rproc_tui.remoteproc.dev_printk import DevPrintk
from rproc_tui.remoteproc.errors import code, failure

if TYPE_CHECKING:
    from rproc_tui.remoteproc.environment import Environment

PATH_MOST = 4096
"""PATH_MAX: a longer path ends the search."""
CUSTOM_PATH_MOST = 255
WIKI = "firmware_class: See https://wiki.debian.org/Firmware for information about missing firmware"

_CONTAINERS = {".zst": ZSTD, ".xz": XZ}


@dataclass(slots=True)
class FirmwareSearch:
    """What the firmware loader keeps between requests."""

    environment: Environment
    custom_path: bytes = b""
    """`firmware_class.path` as it was written, newline included."""
    pointed_to_wiki: bool = False

    def set_custom_path(self, written: bytes) -> None:
        """Write the module parameter (ENOSPC when it is too long)."""
        path = c_string(written)
        if len(path) > CUSTOM_PATH_MOST:
            self.environment.log(3, f"path: string doesn't fit in {CUSTOM_PATH_MOST} chars.")
            raise failure(errno.ENOSPC)
        self.custom_path = path

    def folders(self) -> list[str]:
        """Where files are looked for, in order."""
        release = self.environment.profile.release
        custom = self.custom_path
        if self.environment.profile.custom_path_ends_at_newline:
            custom = custom.split(b"\n", 1)[0]
        return [
            *([as_text(custom)] if self.custom_path else []),
            f"/lib/firmware/updates/{release}",
            "/lib/firmware/updates",
            f"/lib/firmware/{release}",
            "/lib/firmware",
        ]


def request_firmware(search: FirmwareSearch, printk: DevPrintk, name: str) -> bytes:
    """The content of a file, unpacked; OSError with the errno of the last path that was tried."""
    if not name:
        raise failure(errno.EINVAL)
    if ".." in name.split("/"):
        printk.warning(f"Firmware load for '{name}' refused, path contains '..' component")
        raise failure(errno.EINVAL)
    try:
        return _search(search, printk, name)
    except OSError as error:
        printk.warning(f"Direct firmware load for {name} failed with error {code(error)}")
        raise


def _search(search: FirmwareSearch, printk: DevPrintk, name: str) -> bytes:
    """One pass for each suffix; the next one only when nothing was there."""
    problem = failure(errno.ENOENT)
    for suffix in search.environment.profile.firmware_suffixes:
        try:
            content = _pass(search, printk, name, suffix)
        except OSError as error:
            problem = error
            _log_failed_pass(search, printk, name, error)
            if error.errno != errno.ENOENT:
                break
        else:
            if search.environment.profile.logs_direct_loading:
                printk.info(f"firmware: direct-loading firmware {name}")
            return content
    raise problem


def _pass(search: FirmwareSearch, printk: DevPrintk, name: str, suffix: str) -> bytes:
    """The first file that can be read; a folder's failure does not end the search."""
    problem = failure(errno.ENOENT)
    for folder in search.folders():
        path = f"{folder}/{name}{suffix}"
        if len(path) >= PATH_MOST:
            raise failure(errno.ENAMETOOLONG)
        try:
            return _open(search.environment, path, suffix)
        except OSError as error:
            problem = error
            if error.errno != errno.ENOENT and search.environment.profile.logs_unfit_files:
                printk.warning(f"loading {path} failed with error {code(error)}")
    raise problem


def _open(environment: Environment, path: str, suffix: str) -> bytes:
    try:
        content = environment.read_file(path)
    except IsADirectoryError as error:
        raise failure(errno.EINVAL) from error
    if not content:
        raise failure(errno.EINVAL)
    if suffix:
        unpacked = unpack(content, len(content), _CONTAINERS[suffix]).data
        if unpacked is None:
            raise failure(errno.EINVAL)
        content = unpacked
    return content


def _log_failed_pass(search: FirmwareSearch, printk: DevPrintk, name: str, error: OSError) -> None:
    """Debian's line, and once in a lifetime its advice."""
    level = search.environment.profile.failed_pass_level
    if level is None:
        return
    printk.at(level, f"firmware: failed to load {name} ({code(error)})")
    if not search.pointed_to_wiki:
        search.pointed_to_wiki = True
        search.environment.log(level, WIKI)
