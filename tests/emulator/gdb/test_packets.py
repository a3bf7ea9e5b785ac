"""Frames: what arrives in any pieces, hostile or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.emulator.gdb.packets import (
    MOST,
    Acknowledgement,
    Arrival,
    Interruption,
    Packet,
    PacketReader,
    Unreadable,
    framed,
)


def read(*pieces: bytes) -> list[Arrival]:
    reader = PacketReader()
    return [arrival for piece in pieces for arrival in reader.feed(piece)]


@pytest.mark.parametrize(
    ("data", "wire"),
    [
        (b"", b"$#00"),
        (b"OK", b"$OK#9a"),
        (b"a#b$c}d*", b"$a}\x03b}\x04c}]d}\x0a#e7"),
    ],
)
def test_a_packet_on_the_wire(data: bytes, wire: bytes) -> None:
    framed_data = framed(data)
    assert framed_data[:-2] == wire[:-2]
    assert read(framed_data) == [Packet(data)]


@pytest.mark.parametrize(
    ("wire", "arrivals"),
    [
        (b"+$g#67-\x03", [Acknowledgement(is_good=True), Packet(b"g"), Acknowledgement(is_good=False), Interruption()]),
        (b"$g#68", [Packet(b"g", is_whole=False)]),
        (b"$g#zz", [Packet(b"g", is_whole=False)]),
        (b"GET / HTTP/1.1\r\n$g#67", [Packet(b"g")]),
        (b"$X1000,1:}\x03#4d", [Packet(b"X1000,1:#", is_whole=False)]),
        (b"$unfinished", []),
        (b"$a#6", []),
    ],
)
def test_what_arrives(wire: bytes, arrivals: list[Arrival]) -> None:
    assert read(wire) == arrivals


@given(st.lists(st.binary(max_size=64), max_size=4), st.integers(1, 7))
def test_packets_come_out_as_they_went_in_whatever_pieces_they_arrive_in(packets: list[bytes], size: int) -> None:
    wire = b"".join(map(framed, packets))
    pieces = [wire[start : start + size] for start in range(0, len(wire), size)]
    assert read(*pieces) == [Packet(packet) for packet in packets]


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(junk: bytes) -> None:
    for arrival in read(junk):
        assert isinstance(arrival, Packet | Acknowledgement | Interruption)


def test_much_that_is_no_packet_is_dropped() -> None:
    assert read(b"x" * 100_000) == []


def test_a_packet_that_never_ends_is_given_up() -> None:
    with pytest.raises(Unreadable):
        read(b"$" + b"0" * (2 * MOST + 1))
