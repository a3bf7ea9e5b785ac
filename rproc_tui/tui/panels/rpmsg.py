"""Channels, endpoints and rings of one processor as lines, and the lines of what was said."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from textual.content import Content

from rproc_tui.linux.channel_trouble import why_no_channels
from rproc_tui.model.rpmsg import RingFill, RpmsgChannel, RpmsgEndpoint
from rproc_tui.rpmsg.payload_text import payload_text
from rproc_tui.tui.panels.columns import cut, fit, labelled, wrapped
from rproc_tui.tui.view import View

UNKNOWN_RINGS = "this host does not show how full its rings are: a kernel keeps that to itself"
NOTHING_SAID = "nothing said yet: `i` types a message, `L` listens"

_NAME_WIDTH = 16
_ADDRESS_WIDTH = 6
_BAR_MOST = 16
_FULL, _EMPTY = "█", "░"


def channel_lines(view: View, width: int, open_names: Collection[str]) -> list[Content]:
    """One line a channel, those in `open_names` marked; where there is none, why."""
    processor = view.processor
    if processor is None:
        return [Content.assemble(("select a processor first", "$label"))]
    reason = why_no_channels(processor)
    if reason is not None:
        return [Content.assemble((line, "$label")) for line in wrapped(reason, width)]
    return [_channel_line(channel, width, is_open=channel.name in open_names) for channel in processor.rpmsg.channels]


def _channel_line(channel: RpmsgChannel, width: int, *, is_open: bool) -> Content:
    mark = ("◉ ", "$state-running") if is_open else ("○ ", "$dim")
    addresses = f"{address_text(channel.source):>{_ADDRESS_WIDTH}} → {address_text(channel.destination)}"
    made = channel.node.removeprefix("/dev/") if channel.node else "by endpoint" if channel.control else "no way in"
    driver = channel.driver or "no driver"
    line = Content.assemble(
        mark,
        (fit(channel.name, _NAME_WIDTH), "bold"),
        (fit(addresses, 2 * _ADDRESS_WIDTH + 4), ""),
        " ",
        (fit(driver, 14), "" if channel.driver else "$dim"),
        (made, "$label"),
    )
    return line.truncate(max(1, width), ellipsis=True)


def address_text(address: int | None) -> str:
    """`0x400`, or a word for any."""
    return "any" if address is None else f"{address:#x}"


def ring_lines(view: View, width: int) -> list[Content]:
    """How full each ring is, and who has endpoints of their own."""
    processor = view.processor
    if processor is None or not (processor.rpmsg.channels or processor.rpmsg.rings):
        return []
    rpmsg = processor.rpmsg
    lines = [_ring_line(ring, processor.name, width) for ring in rpmsg.rings]
    if not lines:
        lines = [Content.assemble((line, "$label")) for line in wrapped(UNKNOWN_RINGS, width)]
    return [*lines, *(_endpoint_line(endpoint, width) for endpoint in rpmsg.endpoints)]


def _ring_line(ring: RingFill, name: str, width: int) -> Content:
    cells = min(_BAR_MOST, max(4, width - 34))
    filled = -(-ring.messages_waiting * cells // ring.size) if ring.size else 0  # rounded up: one message is seen
    full = ring.messages_waiting >= ring.size > 0
    bar = (_FULL * filled, "$state-crashed" if full else "$accent"), (_EMPTY * (cells - filled), "$dim")
    counts = f"{ring.messages_waiting:>3} of {ring.size}"
    return labelled(
        "to Linux" if ring.name == "input" else cut(f"to {name}", 9),
        ("▕", "$frame"),
        *bar,
        ("▏", "$frame"),
        counts,
        (f"  {ring.messages} so far", "$label"),
    ).truncate(width, ellipsis=True)


def _endpoint_line(endpoint: RpmsgEndpoint, width: int) -> Content:
    addresses = f"{address_text(endpoint.source)} → {address_text(endpoint.destination)}"
    node = endpoint.node.removeprefix("/dev/")
    return labelled("endpoint", cut(f"{node}  {addresses}  {endpoint.name}", max(0, width - 10)))


def said_lines(data: bytes, *, sent: bool) -> Iterator[str]:
    """A message as lines of the log: one, or one for each line of a text."""
    arrow = "→ " if sent else "← "
    for number, part in enumerate(data.removesuffix(b"\n").split(b"\n") if _is_text(data) else [data]):
        yield (arrow if not number else "  ") + payload_text(part)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
