"""A message's payload as one line that is safe to show: text where it is text, else bytes in hexadecimal."""

from __future__ import annotations

from rproc_tui.sanitise import sanitise


def payload_text(data: bytes) -> str:
    """UTF-8 without its line end; anything else as `de ad be ef`."""
    text = text_of(data)
    return data.hex(" ") if text is None else sanitise(text.removesuffix("\n").removesuffix("\r"))


def text_of(data: bytes) -> str | None:
    """UTF-8 as it is, unsafe to show; None for bytes that are none."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
