"""How bytes travel in the agent's lines: as `text` where they are UTF-8, else as `base64`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping


def packed(data: bytes) -> dict[str, str]:
    """The one field that holds them."""
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def unpacked(message: Mapping[str, object]) -> bytes:
    """The bytes of a line; ValueError where it has none or they are damaged."""
    text, encoded = message.get("text"), message.get("base64")
    if isinstance(text, str):
        return text.encode("utf-8", "surrogateescape")
    if not isinstance(encoded, str):
        raise ValueError("the data is in `text` or `base64`")  # noqa: TRY004 (a line from outside, no wrong call)
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ValueError(f"`base64` is damaged: {error}") from None
