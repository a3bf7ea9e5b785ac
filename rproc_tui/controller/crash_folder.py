"""The folder of one captured crash: its name, its files, and writing them so that nothing is ever overwritten.

Below the state folder: `crashes/HOST-NAME-20260131-235959/`, with `-1`, `-2` … behind it where that was taken.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import time

CRASHES = "crashes"
"""Folder of all of them, below the state folder."""

CAPTURE = "capture.json"
"""What was seen of the crash and what became of its evidence; without it a folder is no crash."""
REPORT = "report.json"
REGISTERS = "regs"
MEMORY = "memory.core"
"""Memory as it stood, with the registers where they were known."""
DUMP = "dump.core"
"""What the kernel handed out."""
FIRMWARE = "firmware.elf"
TRACE = "trace.txt"
"""The lines of the run that crashed."""
KERNEL_LOG = "kernel.log"
TABLE = "resource_table"
CARVEOUTS = "carveouts"

_OURS = re.compile(
    r"(?:capture\.json|report\.json|regs|memory\.core|dump\.core|firmware\.elf|trace\.txt|kernel\.log|resource_table"
    r"|carveouts|trace[0-9]{1,6}|\.[a-z.]+\.part)"
)
_FOLDER = re.compile(r"[A-Za-z0-9_-]{1,140}-\d{8}-\d{6}(?:-\d{1,6})?")
_SAME_SECOND_MOST = 100_000


def crashes_folder(state_folder: str) -> str:
    """The folder that holds the folders."""
    return os.path.join(state_folder, CRASHES)


def is_folder_name(name: str) -> bool:
    """Whether a name is one that a crash's folder could have; never a way out of the folder that it is in."""
    return _FOLDER.fullmatch(name) is not None


def folder_names(state_folder: str) -> list[str]:
    """The folders that may be crashes, by the time of their last change, the oldest first; links are none of ours."""
    found: list[tuple[float, str]] = []
    with contextlib.suppress(OSError), os.scandir(crashes_folder(state_folder)) as entries:
        found = [
            (entry.stat(follow_symlinks=False).st_mtime, entry.name)
            for entry in entries
            if is_folder_name(entry.name) and entry.is_dir(follow_symlinks=False)
        ]
    return [name for _, name in sorted(found)]


def is_file_name(name: str) -> bool:
    """Whether a file in a crash's folder is one of ours."""
    return _OURS.fullmatch(name) is not None


def make_folder(state_folder: str, host: str, processor: str, wall: float) -> str:
    """A new folder for a crash at `wall`; OSError when none can be made. Only its owner may look into it."""
    root = crashes_folder(state_folder)
    os.makedirs(root, mode=0o700, exist_ok=True)
    when = time.strftime("%Y%m%d-%H%M%S", time.localtime(wall))
    stem = os.path.join(root, f"{_plain(host)}-{_plain(processor)}-{when}")
    for number in range(_SAME_SECOND_MOST):
        path = stem if number == 0 else f"{stem}-{number}"
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, mode=0o700)
            return path
    raise OSError(errno.EEXIST, "there are too many folders of that name", stem)


def write_new(path: str, content: bytes) -> None:
    """Write a new file, or nothing: a disk that is full leaves no half of it. OSError with the errno."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except BaseException:
        os.unlink(path)
        raise


def renew(path: str, content: bytes) -> None:
    """Put a newer version in a file's place; the old one stays where that fails."""
    temporary = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.part")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(temporary)
    try:
        write_new(temporary, content)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def files_of(folder: str) -> dict[int, int]:
    """The sizes of its files in bytes, by inode: crashes of one firmware share its copy. Nothing when it is gone."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        found = [entry.stat(follow_symlinks=False) for entry in entries if entry.is_file(follow_symlinks=False)]
        return {status.st_ino: status.st_size for status in found}
    return {}


def remove_folder(folder: str) -> None:
    """Remove our files of it, and the folder if nothing else is in it: notes that somebody put there stay."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if is_file_name(name):
                with contextlib.suppress(OSError):
                    os.unlink(os.path.join(folder, name))
        os.rmdir(folder)


def _plain(name: str) -> str:
    """A name that is safe as a part of a folder's name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:60] or "_"
