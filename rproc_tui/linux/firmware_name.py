"""Names that `firmware` takes but no start can load: the kernel looks at a name only when it loads it."""

from __future__ import annotations

NAME_MOST = 255
"""Bytes of one component of a path (NAME_MAX)."""

WHOLE_MOST = 4000
"""Bytes of a whole name: sysfs hands at most a page to the kernel, and the folder comes on top (PATH_MAX)."""


def objection(name: str) -> str | None:
    """Why a name can never be loaded, in one sentence; None when it can."""
    raw = name.encode("utf-8", "surrogateescape")
    parts = raw.split(b"/")
    if not raw:
        return "a firmware name cannot be empty"
    if b"\n" in raw or b"\0" in raw:
        return "the kernel would cut this firmware name at its line end or NUL"
    if b".." in parts:
        return "the kernel refuses firmware names with `..`: name a file below the firmware folder"
    if len(raw) > WHOLE_MOST:
        return f"a firmware name has at most {WHOLE_MOST} bytes, this one has {len(raw)}"
    longest = max(map(len, parts))
    if longest > NAME_MOST:
        return f"a file name has at most {NAME_MOST} bytes, this one has {longest}"
    return None
