from __future__ import annotations

import struct

import pytest

from rproc_tui.rpmsg.addresses import ADDRESS_ANY
from rproc_tui.rpmsg.bus import MAX_CHANNELS
from rproc_tui.rpmsg.name_service import announcement, read_name, wire_name
from tests.rpmsg.remote import Link


def names(link: Link) -> list[str]:
    return [channel.device_name for channel in link.bus.channels[2:]]


def test_an_announcement_of_a_real_board_is_read() -> None:
    # i.MX7D with its firmware of 2020: "rpmsg-tty-raw" at address 0.
    recorded = bytes.fromhex(
        "00000000350000000000000028000000"  # src 0, dst 53, len 40
        "72706d73672d7474792d726177000000"
        "00000000000000000000000000000000"
        "0000000000000000"
    )
    link = Link().probed()
    head, address, _length, _flags = link.remote.out.take()
    link.remote.payload(address, len(recorded))[:] = recorded
    link.remote.out.give(head, len(recorded))
    link.bus.interrupt(0)
    assert link.log == [(6, "creating channel rpmsg-tty-raw addr 0x0")]
    assert names(link) == ["virtio0.rpmsg-tty-raw.-1.0"]


def test_a_channel_comes_and_goes_by_announcement() -> None:
    link = Link().probed()
    changes: list[tuple[str, bool]] = []
    link.bus.on_channel = lambda channel, created: changes.append((channel.device_name, created))
    link.remote.announce("rpmsg-raw", 0x400)
    (channel,) = link.bus.channels[2:]
    assert (channel.name, channel.source, channel.destination) == ("rpmsg-raw", ADDRESS_ANY, 0x400)
    assert (channel.driver, channel.endpoint, channel.announce) == (None, None, False)
    assert link.remote.into.waiting == 0  # the remote side hears nothing of it
    link.remote.announce("rpmsg-raw", 0x400, flags=1)
    assert names(link) == []
    assert changes == [("virtio0.rpmsg-raw.-1.1024", True), ("virtio0.rpmsg-raw.-1.1024", False)]
    assert link.log == [
        (6, "creating channel rpmsg-raw addr 0x400"),
        (6, "destroying channel rpmsg-raw addr 0x400"),
    ]


@pytest.mark.parametrize("size", [0, 39, 41, 72, 496])
def test_an_announcement_of_another_size_is_malformed(size: int) -> None:
    link = Link().probed()
    link.remote.send(0x400, 53, bytes(size))
    assert link.log == [(3, f"malformed ns msg ({size})")]
    assert names(link) == []


def test_the_same_announcement_twice_makes_one_channel() -> None:
    link = Link().probed()
    link.remote.announce("rpmsg-raw", 0x400)
    link.remote.announce("rpmsg-raw", 0x400)
    assert link.log == [
        (6, "creating channel rpmsg-raw addr 0x400"),
        (6, "creating channel rpmsg-raw addr 0x400"),
        (3, "channel rpmsg-raw:ffffffff:400 already exist"),
        (3, "rpmsg_create_channel failed"),
    ]
    link.remote.announce("rpmsg-raw", 0x401)
    link.remote.announce("rpmsg-other", 0x400)
    assert names(link) == [
        "virtio0.rpmsg-raw.-1.1024",
        "virtio0.rpmsg-raw.-1.1025",
        "virtio0.rpmsg-other.-1.1024",
    ]


def test_withdrawing_what_is_not_there_fails() -> None:
    link = Link().probed()
    link.remote.announce("ghost", 0x123, flags=1)
    assert link.log == [
        (6, "destroying channel ghost addr 0x123"),
        (3, "rpmsg_destroy_channel failed: -22"),
    ]


@pytest.mark.parametrize(
    ("flags", "created"), [(0, True), (1, False), (2, True), (3, False), (0xFFFFFFFE, True), (0xFFFFFFFF, False)]
)
def test_only_the_lowest_flag_says_destroy(flags: int, created: bool) -> None:
    link = Link().probed()
    link.remote.announce("x", 5, flags=flags)
    assert link.said[0] == f"{'creat' if created else 'destroy'}ing channel x addr 0x5"


@pytest.mark.parametrize(
    ("field", "name", "shown", "device"),
    [
        (b"n" * 32, "n" * 31, "n" * 31, "virtio0." + "n" * 31 + ".-1.9"),
        (b"", "", "", "virtio0..-1.9"),
        (b"a\0b", "a", "a", "virtio0.a.-1.9"),
        (b"../etc", "../etc", "../etc", "virtio0...!etc.-1.9"),
        (b"\x1b[2Jbell\x07", "\x1b[2Jbell\x07", r"\x1b[2Jbell\x07", "virtio0.\x1b[2Jbell\x07.-1.9"),
        (b"\xff\xfe", "\udcff\udcfe", r"\xff\xfe", "virtio0.\udcff\udcfe.-1.9"),
        ("Fühler".encode(), "Fühler", "Fühler", "virtio0.Fühler.-1.9"),
    ],
)
def test_names_are_kept_as_they_are_and_logged_harmless(field: bytes, name: str, shown: str, device: str) -> None:
    link = Link().probed()
    link.remote.send(9, 53, struct.pack("<32sII", field, 9, 0))
    assert link.said == [f"creating channel {shown} addr 0x9"]
    (channel,) = link.bus.channels[2:]
    assert (channel.name, channel.device_name) == (name, device)
    assert read_name(wire_name(name)) == name


def test_two_names_that_give_one_device_name_make_one_device() -> None:
    link = Link().probed()
    link.remote.announce("a/b", 9)
    link.remote.announce("a!b", 9)
    assert link.said[-2:] == ["device_register failed: -17", "rpmsg_create_channel failed"]
    assert names(link) == ["virtio0.a!b.-1.9"]


def test_a_remote_side_that_announces_without_end_is_bounded() -> None:
    link = Link().probed()
    for address in range(MAX_CHANNELS + 10):
        link.remote.announce("flood", address)
    assert len(link.bus.channels) == MAX_CHANNELS
    assert link.said.count("rpmsg_create_channel failed") == 12  # the bus's own two devices count
    link.remote.announce("flood", 0, flags=1)
    link.remote.announce("flood", 5000)
    assert names(link)[-1] == "virtio0.flood.-1.5000"


def test_an_announcement_packs_to_40_bytes() -> None:
    packed = announcement("rpmsg-client-sample", 0x400, 1)
    assert packed == b"rpmsg-client-sample".ljust(32, b"\0") + bytes.fromhex("0004000001000000")
