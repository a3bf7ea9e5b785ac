"""The folder that stands for a board's /lib/firmware: the user's own copy of the firmware that the board comes with.

What the user changed is kept; what is still as it was shipped follows the installed version. A list of digests beside
the files tells the two apart.
"""

from __future__ import annotations

import hashlib
import json
import os

from rproc_tui.hosts.file_access import install, read_file

SHIPPED = ".shipped.json"
"""File name to SHA-256 of what was copied, so that a later version knows which files are the user's."""


def user_folder(board: str) -> str:
    """`$XDG_DATA_HOME/rproc-tui/<board>/firmware`."""
    data = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(data, "rproc-tui", board, "firmware")


def furnish(folder: str, source: str | None) -> None:
    """Make the folder and copy what is missing or still as shipped; a file that the user changed or made stays."""
    os.makedirs(folder, exist_ok=True)
    if source is None:
        return
    shipped = _shipped(folder)
    now: dict[str, str] = {}
    for name in sorted(os.listdir(source)):
        content = read_file(os.path.join(source, name))
        now[name] = _digest(content)
        target = os.path.join(folder, name)
        present = _digest_of(target)
        if present is None or (present == shipped.get(name) and present != now[name]):
            install(target, content)
    if now != shipped:
        install(os.path.join(folder, SHIPPED), json.dumps(now, indent=1).encode())


def _shipped(folder: str) -> dict[str, str]:
    try:
        content = json.loads(read_file(os.path.join(folder, SHIPPED), limit=1 << 20))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in content.items()} if isinstance(content, dict) else {}


def _digest_of(path: str) -> str | None:
    """SHA-256 of a file; None when nothing is there, and something that no digest equals when it is no file."""
    if not os.path.lexists(path):
        return None
    try:
        return _digest(read_file(path, limit=1 << 28))
    except OSError:
        return ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
