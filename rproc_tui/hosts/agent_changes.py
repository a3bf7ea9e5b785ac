"""How a followed file travels in the agent's lines: what of it differs from what the other end has already.

A trace buffer grows at its end or is overwritten in its middle; the rest need not be sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rproc_tui.hosts.agent_content import packed, unpacked


def change(before: bytes, now: bytes) -> dict[str, Any]:
    """`head` and `tail`: how many bytes at both ends stay; and what stands between them."""
    head = _common(before, now)
    most = min(len(before), len(now)) - head
    tail = _common(before[len(before) - most :][::-1], now[len(now) - most :][::-1]) if most else 0
    return {"head": head, "tail": tail, **packed(now[head : len(now) - tail], compress=True)}


def changed(before: bytes, message: Mapping[str, object]) -> bytes:
    """The content after a change; ValueError where it does not fit what was before."""
    head, tail = message.get("head", 0), message.get("tail", 0)
    if not isinstance(head, int) or not isinstance(tail, int) or head < 0 or tail < 0 or head + tail > len(before):
        raise ValueError("a change that does not fit")
    return before[:head] + unpacked(message) + before[len(before) - tail :]


def _common(one: bytes, other: bytes) -> int:
    """The length of the beginning that they share, by halves: comparing is quick, looking at single bytes is not."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
