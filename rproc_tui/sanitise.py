"""Makes text from firmware, logs, file names and other machines safe to show.

Nothing that comes out can move a cursor, set a title, ring, change direction or hide: control characters of both sets,
bidirectional controls, zero-width characters, surrogates and unassigned code points become visible escapes. Markup is
not this page's business: the screen never parses text from outside as markup.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u061c\u180e"  # soft hyphen, Arabic letter mark, Mongolian separator
    "\u200b-\u200f\u2028-\u202f"  # zero widths, direction marks, line and paragraph ends, embeddings, narrow space
    "\u2060-\u206f\ufeff\ufff0-\ufffb"  # word joiner, invisible operators, isolates, byte-order mark, annotations
    "\ud800-\udfff"  # surrogates: what `surrogateescape` leaves of bytes that are no UTF-8
    "\ue000-\uf8ff\U000e0000-\U0010ffff]"  # private use, tags
)
_UNDECODABLE_FIRST = 0xDC80
_UNDECODABLE_LAST = 0xDCFF


def _escape(match: re.Match[str]) -> str:
    point = ord(match.group())
    if _UNDECODABLE_FIRST <= point <= _UNDECODABLE_LAST:
        point -= 0xDC00  # surrogateescape: show the byte that was there
    return f"\\x{point:02x}" if point <= 0xFF else f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


def sanitise(text: str, *, limit: int | None = None) -> str:
    """Text of one line, safe to show; longer than `limit` characters it is cut, with an ellipsis that says so."""
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(_escape, text)


def sanitise_bytes(data: bytes, *, limit: int | None = None) -> str:
    """The same for bytes of unknown encoding: UTF-8 where it is valid, visible escapes elsewhere."""
    return sanitise(data.decode("utf-8", "surrogateescape"), limit=limit)
