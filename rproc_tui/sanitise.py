"""Makes text from firmware, logs, file names and other machines safe to show.

Nothing that comes out can move a cursor, set a title, ring, change direction or hide: whatever Unicode does not call
printable (controls of both sets, format and direction characters, surrogates, separators, private and unassigned code
points) becomes a visible escape. Markup is not
this page's business: the screen never parses text from outside as markup.
"""

from __future__ import annotations

_UNDECODABLE = range(0xDC80, 0xDD00)
"""What `surrogateescape` leaves of bytes that are no UTF-8."""


def sanitise(text: str, *, limit: int | None = None) -> str:
    """Text of one line, safe to show; longer than `limit` characters it is cut, with an ellipsis that says so."""
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    return text if text.isprintable() else "".join(map(_visible, text))


def sanitise_bytes(data: bytes, *, limit: int | None = None) -> str:
    """The same for bytes of unknown encoding: UTF-8 where it is valid, visible escapes elsewhere."""
    return sanitise(data.decode("utf-8", "surrogateescape"), limit=limit)


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    point = ord(character)
    if point in _UNDECODABLE:
        return f"\\x{point - 0xDC00:02x}"  # the byte that was there
    return f"\\x{point:02x}" if point <= 0xFF else f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"
