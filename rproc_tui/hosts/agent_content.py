"""How bytes travel in the agent's lines: as `text` where they are UTF-8, as `base64`, or first packed (`zlib`)."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping

PACKED_LEAST = 512
"""Bytes below which packing is not worth its while."""

UNPACKED_MOST = 512 * 1024 * 1024
"""Bytes that a packed field may become: the longest thing that is read."""


def packed(data: bytes, *, compress: bool = False) -> dict[str, str]:
    """The one field that holds them; `zlib` only for an end that asked for it, and where it is shorter."""
    if compress and len(data) >= PACKED_LEAST:
        smaller = zlib.compress(data, 1)
        if len(smaller) < len(data) * 3 // 4:
            return {"zlib": base64.b64encode(smaller).decode()}
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def unpacked(message: Mapping[str, object]) -> bytes:
    """The bytes of a line; ValueError where it has none or they are damaged."""
    text = message.get("text")
    if isinstance(text, str):
        return text.encode("utf-8", "surrogateescape")
    field = "zlib" if "zlib" in message else "base64"
    encoded = message.get(field)
    if not isinstance(encoded, str):
        raise ValueError("the data is in `text`, `base64` or `zlib`")  # noqa: TRY004 (a line from outside, no wrong call)
    try:
        data = base64.b64decode(encoded, validate=True)
        return inflated(data) if field == "zlib" else data
    except (binascii.Error, zlib.error) as error:
        raise ValueError(f"`{field}` is damaged: {error}") from None


def inflated(data: bytes, most: int = UNPACKED_MOST) -> bytes:
    """The content of a whole zlib stream; zlib.error where it is none, is cut, or holds more than `most` bytes."""
    stream = zlib.decompressobj()
    content = stream.decompress(data, most)
    if not stream.eof:
        raise zlib.error("it is cut or too long")
    return content
