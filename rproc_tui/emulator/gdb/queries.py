"""The packets that ask about the other end: q and Q (GDB manual, appendix E.4). What is not known is answered empty."""

from __future__ import annotations

from rproc_tui.emulator.gdb.access import OK, address_and_length
from rproc_tui.emulator.gdb.packets import MOST
from rproc_tui.emulator.gdb.registers import Architecture
from rproc_tui.emulator.gdb.target_description import target_xml

START_WITHOUT_ACKNOWLEDGEMENT = b"QStartNoAckMode"
_SUPPORTED = b"PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;vContSupported+" % MOST
_DESCRIPTION = b"qXfer:features:read:target.xml:"
_FIXED = {
    b"qSupported": _SUPPORTED,
    b"qAttached": b"1",  # it was there before: leaving GDB lets it run on
    b"qC": b"QC1",
    b"qfThreadInfo": b"m1",
    b"qsThreadInfo": b"l",
    START_WITHOUT_ACKNOWLEDGEMENT: OK,
}


def answer(query: bytes, architecture: Architecture) -> bytes:
    """The answer to a whole packet. ValueError for one that makes no sense."""
    if query.startswith(_DESCRIPTION):
        return _part(target_xml(architecture), query.removeprefix(_DESCRIPTION))
    return _FIXED.get(query.split(b":")[0], b"")


def _part(document: bytes, place: bytes) -> bytes:
    offset, length = address_and_length(place)
    part = document[offset : offset + min(length, MOST // 2)]
    return (b"m" if offset + len(part) < len(document) else b"l") + part
