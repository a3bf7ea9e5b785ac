"""The rpmsg devices of one processor: which are its own, what they say, and what became of half of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.linux.rpmsg import parse_address, parse_rings, read_rpmsg
from rproc_tui.model.rpmsg import RingFill, Rpmsg, RpmsgChannel, RpmsgEndpoint
from tests.linux.board import processor
from tests.linux.memory_host import Entry, File, Folder, Link, MemoryHost

VIRTIO = "/sys/devices/platform/soc/10000000.m4/remoteproc/remoteproc0/rproc-virtio.2.auto/virtio5"
BUS = "/sys/bus/rpmsg/devices"
DRIVERS = "/sys/bus/rpmsg/drivers"


def device(
    name: str, source: str, destination: str, *, virtio: str = VIRTIO, driver: str | None = None
) -> dict[str, Entry]:
    called = f"{virtio.rpartition('/')[2]}.{name}.-1.{int(destination, 0)}"
    folder = f"{virtio}/{called}"
    files: dict[str, Entry] = {
        f"{BUS}/{called}": Link(f"../../..{folder.removeprefix('/sys')}"),
        f"{folder}/name": f"{name}\n".encode(),
        f"{folder}/src": f"{source}\n".encode(),
        f"{folder}/dst": f"{destination}\n".encode(),
        f"{folder}/announce": b"false\n",
    }
    return files | ({f"{folder}/driver": Link(f"{DRIVERS}/{driver}")} if driver else {})


def board(**more: Entry) -> MemoryHost:
    return MemoryHost(
        processor(0, "soc/10000000.m4", state="running")
        | processor(1, "soc/20000000.dsp", state="running")
        | device("rpmsg_ctrl", "0x0", "0x0", driver="rpmsg_ctrl")
        | device("rpmsg_ns", "0x35", "0x35", driver="rpmsg_ns")
        | device("rpmsg-raw", "0x401", "0x400", driver="rpmsg_chrdev")
        | device("rpmsg-tty", "0x402", "0x401", driver="rpmsg_tty")
        | device("sensor", "0xffffffff", "0x402")
        | {
            f"{VIRTIO}/virtio5.rpmsg_ctrl.-1.0/rpmsg/rpmsg_ctrl3/dev": b"253:3\n",
            f"{VIRTIO}/virtio5.rpmsg_ctrl.-1.0/rpmsg/rpmsg_ctrl3/rpmsg7/name": b"mine\n",
            f"{VIRTIO}/virtio5.rpmsg_ctrl.-1.0/rpmsg/rpmsg_ctrl3/rpmsg7/src": b"-1\n",
            f"{VIRTIO}/virtio5.rpmsg_ctrl.-1.0/rpmsg/rpmsg_ctrl3/rpmsg7/dst": b"1024\n",
            f"{VIRTIO}/virtio5.rpmsg-raw.-1.1024/rpmsg/rpmsg0/dev": b"254:0\n",
            f"{VIRTIO}/virtio5.rpmsg-tty.-1.1025/tty/ttyRPMSG0/dev": b"249:0\n",
        }
        | more
    )


async def test_channels_have_addresses_driver_node_and_control_device() -> None:
    assert await read_rpmsg(board(), "remoteproc0") == Rpmsg(
        channels=(
            RpmsgChannel(
                "virtio5.rpmsg-raw.-1.1024",
                "rpmsg-raw",
                0x401,
                0x400,
                driver="rpmsg_chrdev",
                node="/dev/rpmsg0",
                control="/dev/rpmsg_ctrl3",
            ),
            RpmsgChannel(
                "virtio5.rpmsg-tty.-1.1025",
                "rpmsg-tty",
                0x402,
                0x401,
                driver="rpmsg_tty",
                node="/dev/ttyRPMSG0",
                control="/dev/rpmsg_ctrl3",
            ),
            RpmsgChannel("virtio5.sensor.-1.1026", "sensor", None, 0x402, control="/dev/rpmsg_ctrl3"),
        ),
        endpoints=(RpmsgEndpoint("/dev/rpmsg7", "mine", None, 1024),),
        controls=("/dev/rpmsg_ctrl3",),
    )


async def test_each_processor_has_only_its_own() -> None:
    other = VIRTIO.replace("10000000.m4", "20000000.dsp").replace("remoteproc0", "remoteproc1").replace("5", "6")
    host = board(**device("sensor", "0x400", "0x402", virtio=other))
    assert [channel.device for channel in (await read_rpmsg(host, "remoteproc1")).channels] == [
        "virtio6.sensor.-1.1026"
    ]
    assert len((await read_rpmsg(host, "remoteproc0")).channels) == 3


@pytest.mark.parametrize("files", [{}, {BUS: Folder()}, {BUS: 13}])
async def test_a_kernel_without_the_bus_has_no_channels(files: dict[str, Entry]) -> None:
    assert await read_rpmsg(MemoryHost(processor(0, "soc/10000000.m4") | files), "remoteproc0") == Rpmsg()


async def test_a_device_that_is_half_gone_is_left_out_and_a_hostile_name_is_made_safe() -> None:
    folder = f"{VIRTIO}/virtio5.rpmsg-raw.-1.1024"
    gone = board(**{f"{folder}/name": File(error=19)})
    assert [channel.name for channel in (await read_rpmsg(gone, "remoteproc0")).channels] == ["rpmsg-tty", "sensor"]
    odd: dict[str, Entry] = {
        f"{folder}/name": b"\x1b[2Jraw\n",
        f"{folder}/src": b"what?\n",
        f"{folder}/dst": File(error=5),
    }
    (channel, *_) = (await read_rpmsg(board(**odd), "remoteproc0")).channels
    assert (channel.name, channel.source, channel.destination) == ("\\x1b[2Jraw", None, None)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0x400", 0x400),
        ("1024", 1024),
        ("-1", None),
        ("0xffffffff", None),
        ("-2", 0xFFFFFFFE),
        ("", None),
        (None, None),
    ],
)
def test_addresses_are_hexadecimal_here_and_signed_there(text: str | None, address: int | None) -> None:
    assert parse_address(text) == address


def test_ring_fill_is_read_where_a_host_shows_it() -> None:
    text = b"virtio0 input size 16 free 1 waiting 12 returned 3 messages 7\nwhat\n"
    text += b"virtio0 output size 16 free 14 waiting 2 returned 0 messages 9\n"
    received, sent = parse_rings(text)
    assert received == RingFill("virtio0", "input", 16, 1, 12, 3, 7)
    assert (received.messages_waiting, sent.messages_waiting) == (3, 2)


@given(st.binary(max_size=300))
def test_anything_else_is_no_ring(content: bytes) -> None:
    assert parse_rings(b"#" + content.replace(b"\n", b" ").replace(b"\r", b" ")) == ()


@pytest.mark.parametrize("wanted", ["sensor", "virtio5.sensor.-1.1026"])
async def test_a_channel_is_found_by_any_of_its_names(wanted: str) -> None:
    found = (await read_rpmsg(board(), "remoteproc0")).find(wanted)
    assert found is not None
    assert found.name == "sensor"


async def test_a_channel_is_found_by_its_node() -> None:
    rpmsg = await read_rpmsg(board(), "remoteproc0")
    found = [rpmsg.find(wanted) for wanted in ("/dev/ttyRPMSG0", "ttyRPMSG0", "rpmsg9")]
    assert [None if channel is None else channel.name for channel in found] == ["rpmsg-tty", "rpmsg-tty", None]
