"""Channels that firmware announces: devices, attributes, drivers and nodes, messages to and fro, and their end."""

from __future__ import annotations

import re

import pytest

from rproc_tui.model.file_facts import FileKind
from tests.conformance.images import TTY_CHANNELS, firmware
from tests.conformance.lines import said
from tests.conformance.machine import RPMSG, Machine
from tests.conformance.patience import until
from tests.conformance.processor import OK, answer_of, reading_of

DRIVERS = "/sys/bus/rpmsg/drivers"
CLASS = "/sys/class/rpmsg"

ATTRIBUTES = {
    "rpmsg_ctrl": {"src": "0x0", "dst": "0x0", "driver_override": "rpmsg_ctrl"},
    "rpmsg_ns": {"src": "0x35", "dst": "0x35", "driver_override": "rpmsg_ns"},
    "rpmsg-tty": {"src": "0x400", "dst": "0x400", "driver_override": "(null)"},
    "rpmsg-raw": {"src": "0x402", "dst": "0x402", "driver_override": "(null)"},
    "vrproc-echo": {"src": "0xffffffff", "dst": "0x403", "driver_override": "(null)"},
}
"""Of the image `tty.elf`; every kernel of the lab has a driver for the sample client, the emulated board has not."""
DRIVER_OF = {"rpmsg_ctrl": "rpmsg_ctrl", "rpmsg_ns": "rpmsg_ns", "rpmsg-tty": "rpmsg_tty", "rpmsg-raw": "rpmsg_chrdev"}
MODES = {"name": 0o444, "src": 0o444, "dst": 0o444, "announce": 0o444, "modalias": 0o444, "driver_override": 0o644}


async def tty_board(machine: Machine) -> None:
    """The image with four channels runs, and all of them are there; one after the other they are given to drivers."""
    await machine.start(machine.m4, "tty.elf")
    await machine.device(TTY_CHANNELS[-1])


async def device_text(machine: Machine, channel: str, file: str) -> str:
    return (await machine.host.read(f"{await machine.device(channel)}/{file}")).decode()


@pytest.mark.parametrize("channel", ATTRIBUTES)
async def test_the_attributes_of_the_device(machine: Machine, channel: str) -> None:
    await tty_board(machine)
    expected = ATTRIBUTES[channel] | {"name": channel, "announce": "false", "modalias": f"rpmsg:{channel}"}
    if "0x40" in expected["src"]:
        # The address is given when the driver binds, and the sample client's takes one as well where there is one.
        src = (await device_text(machine, channel, "src")).rstrip()
        assert re.fullmatch(r"0x40[0-2]", src)
        expected["src"] = src
    texts = {file: (await device_text(machine, channel, file)).rstrip("\n") for file in expected}
    assert texts == expected


@pytest.mark.parametrize("channel", ATTRIBUTES)
async def test_the_driver_of_the_device(machine: Machine, channel: str) -> None:
    await tty_board(machine)
    folder = await machine.device(channel)
    driver = DRIVER_OF.get(channel)
    uevent = f"MODALIAS=rpmsg:{channel}\n"
    if driver is None:
        assert "driver" not in await machine.host.list(folder)
    else:
        assert await machine.host.link(f"{folder}/driver") == f"{'../' * 8}bus/rpmsg/drivers/{driver}"
        assert folder.rpartition("/")[2] in await machine.host.list(f"{DRIVERS}/{driver}")
        uevent = f"DRIVER={driver}\n{uevent}"
    assert await device_text(machine, channel, "uevent") == uevent
    assert await machine.host.link(f"{folder}/subsystem") == f"{'../' * 8}bus/rpmsg"


@pytest.mark.parametrize("file", MODES)
async def test_the_modes_of_a_device(machine: Machine, file: str) -> None:
    await machine.start(machine.m4)
    facts = await machine.host.stat(f"{await machine.device('vrproc-echo')}/{file}")
    assert (facts.mode, facts.size) == (MODES[file], 4096)


async def test_announcements_come_in_the_order_of_the_firmware(machine: Machine) -> None:
    place = await machine.now()
    await tty_board(machine)
    lines = [line.text for line in await machine.lines_since(place)]
    found = [re.sub(r"^.*: ", "", line) for line in lines if "creating channel" in line]
    assert found == [f"creating channel {name} addr 0x{0x400 + index:x}" for index, name in enumerate(TTY_CHANNELS)]


async def test_a_firmware_without_channels_has_the_two_devices_of_the_bus_itself(machine: Machine) -> None:
    await machine.start(machine.m4, "quiet.elf", firmware(names=()))
    assert await machine.devices() == ["virtio#.rpmsg_ctrl.0.0", "virtio#.rpmsg_ns.53.53"]


@pytest.mark.parametrize("name", ["a", "x" * 31, "with space", "dots.in.it"])
async def test_a_channel_may_be_called(machine: Machine, name: str) -> None:
    await machine.start(machine.m4, "named.elf", firmware(names=(name,)))
    folder = await machine.device(name)
    assert re.sub(r"virtio\d+", "virtio#", folder) == f"{RPMSG}/virtio#.{name}.-1.1024"
    assert await machine.host.read(f"{folder}/name") == f"{name}\n".encode()


async def test_a_name_of_32_bytes_loses_the_last(machine: Machine) -> None:
    place = await machine.now()
    await machine.start(machine.m4, "named.elf", firmware(names=("y" * 32,)))
    await machine.device("y" * 31)
    await machine.hears(place, f"creating channel {'y' * 31} addr 0x400")


async def test_the_same_channel_announced_twice_at_two_addresses_is_two_devices(machine: Machine) -> None:
    await machine.start(machine.m4, "twice.elf", firmware(names=("same", "same")))

    async def both() -> bool:
        found = [name for name in await machine.devices() if ".same." in name]
        return found == ["virtio#.same.-1.1024", "virtio#.same.-1.1025"]

    await until(both, "both are there")


async def test_two_processors_have_a_bus_each(machine: Machine) -> None:
    await machine.start(machine.m4)
    await machine.start(machine.r5)

    async def both() -> bool:
        names = await machine.devices()
        return names.count("virtio#.vrproc-echo.-1.1025") == 2 and names.count("virtio#.rpmsg_ns.53.53") == 2

    await until(both, "two buses")
    nodes = [name for name in await machine.host.list(CLASS) if re.fullmatch(r"rpmsg(_ctrl)?\d+", name)]
    assert len(nodes) == 4


@pytest.mark.parametrize("event", ["stop", "crash without recovery and stop", "unbind"])
async def test_every_device_and_node_is_gone_after_a(machine: Machine, event: str) -> None:
    await tty_board(machine)
    m4 = machine.m4
    if event.startswith("crash"):
        await m4.write("recovery", "disabled")
        await m4.crash()
        await m4.becomes("crashed")
        assert len(await machine.devices()) == 6
    if event == "unbind":
        await m4.unbind()
    else:
        await m4.write("state", "stop")
    assert await machine.devices() == []
    assert await machine.host.list(CLASS) == []
    assert not [name for name in await machine.host.list("/dev") if name.startswith(("rpmsg", "ttyRPMSG"))]


# Nodes


NODES = {"rpmsg_ctrl": ("rpmsg", "rpmsg_ctrl"), "rpmsg-raw": ("rpmsg", "rpmsg"), "rpmsg-tty": ("tty", "ttyRPMSG")}


@pytest.mark.parametrize("channel", NODES)
async def test_the_node_of_a_driver_is_in_sysfs_and_below_dev(machine: Machine, channel: str) -> None:
    await tty_board(machine)
    kind, prefix = NODES[channel]
    folder = await machine.node(channel, kind)
    name = folder.rpartition("/")[2]
    assert re.fullmatch(rf"{prefix}\d+", name)
    number = (await machine.host.read(f"{folder}/dev")).decode().rstrip()
    major, minor = number.split(":")
    text = f"MAJOR={major}\nMINOR={minor}\nDEVNAME={name}\n"
    assert (await machine.host.read(f"{folder}/uevent")).decode() == text
    facts = await machine.host.stat(f"/dev/{name}")
    assert (facts.kind, facts.mode) == (FileKind.OTHER, 0o600)


async def test_the_node_of_a_raw_channel_tells_its_addresses_in_decimal(machine: Machine) -> None:
    await machine.start(machine.m4)
    folder = await machine.node("rpmsg-raw")
    texts = [await reading_of(machine.host, f"{folder}/{file}") for file in ("name", "src", "dst")]
    assert texts == ["rpmsg-raw\n", "1024\n", "1024\n"]
    name = folder.rpartition("/")[2]
    assert await machine.host.link(f"{folder}/device") == f"../../../{folder.rsplit('/', 3)[1]}"
    assert (await machine.host.link(f"{CLASS}/{name}")).endswith(f"/rpmsg/{name}")


async def raw(machine: Machine) -> str:
    """The node of the raw channel, below /dev."""
    await machine.start(machine.m4)
    return f"/dev/{(await machine.node('rpmsg-raw')).rpartition('/')[2]}"


@pytest.mark.parametrize("size", [1, 59, 60, 61, 495, 496])
async def test_a_message_gets_to_the_firmware_whole(machine: Machine, size: int) -> None:
    path = await raw(machine)
    assert await answer_of(machine.host, path, b"m" * size) == OK
    await machine.m4.trace_says(f"rpmsg 0x400 -> 0x400, {size} bytes: {'m' * min(size, 60)}\n")


async def test_a_message_of_nothing_gets_there_as_well(machine: Machine) -> None:
    path = await raw(machine)
    assert await answer_of(machine.host, path, b"") == OK
    await machine.m4.trace_says("rpmsg 0x400 -> 0x400, 0 bytes: \n")


@pytest.mark.parametrize("size", [497, 512, 4096])
async def test_a_message_that_is_too_long_is_emsgsize(machine: Machine, size: int) -> None:
    path = await raw(machine)
    place = await machine.now()
    assert await answer_of(machine.host, path, b"m" * size) == "EMSGSIZE"
    assert await machine.log_since(place) == said(
        f"<3> message is too big ({size})", by="rpmsg_chrdev virtio#.rpmsg-raw.-1.1024"
    )


async def test_without_a_message_reading_is_eagain(machine: Machine) -> None:
    assert await reading_of(machine.host, await raw(machine)) == "EAGAIN"


async def test_the_echo_comes_back(machine: Machine) -> None:
    path = await raw(machine)

    async def echoed() -> bool:
        # What comes while the node is open is lost with its close, so this may need a second message.
        await machine.host.write(path, b"hello core")
        return await reading_of(machine.host, path) in ("hello core", "hello core" * 2)

    await until(echoed, "an echo")


async def test_many_messages_get_there_in_order(machine: Machine) -> None:
    path = await raw(machine)
    for number in range(50):
        await machine.host.write(path, b"message %02d" % number)
    text = await machine.m4.trace_says("message 49")
    found = re.findall(r"10 bytes: message (\d\d)\n", text)
    assert [int(number) for number in found] == list(range(50 - len(found), 50))


async def test_a_message_can_crash_the_firmware(machine: Machine) -> None:
    path = await raw(machine)
    await machine.m4.write("recovery", "disabled")
    place = await machine.now()
    assert await answer_of(machine.host, path, b"crash now") == OK
    await machine.hears(place, "crash detected in vr-m4: type fatal error")
    await machine.m4.becomes("crashed")
    assert "rpmsg 0x400 -> 0x400, 9 bytes: crash now\n" in await machine.m4.read("/trace0")


async def test_the_control_device_takes_no_bytes_and_gives_none(machine: Machine) -> None:
    await machine.start(machine.m4)
    path = f"/dev/{(await machine.node('rpmsg_ctrl')).rpartition('/')[2]}"
    assert await answer_of(machine.host, path, b"x") == "EINVAL"
    assert await reading_of(machine.host, path) == "EINVAL"


async def test_a_line_is_cut_into_messages(machine: Machine) -> None:
    await tty_board(machine)
    path = f"/dev/{(await machine.node('rpmsg-tty', 'tty')).rpartition('/')[2]}"
    assert await answer_of(machine.host, path, b"t" * 500) == OK
    text = await machine.m4.trace_says(" 4 bytes: tttt\n")
    assert " 496 bytes: ttt" in text


# Binding by hand


async def test_a_channel_can_be_given_to_a_driver_by_hand(machine: Machine) -> None:
    await machine.start(machine.m4)
    folder = await machine.device("vrproc-echo")
    name = folder.rpartition("/")[2]
    assert await answer_of(machine.host, f"{DRIVERS}/rpmsg_chrdev/bind", name.encode()) == "ENODEV"
    assert await answer_of(machine.host, f"{folder}/driver_override", b"rpmsg_chrdev\n") == OK
    assert await reading_of(machine.host, f"{folder}/driver_override") == "rpmsg_chrdev\n"
    assert await answer_of(machine.host, f"{DRIVERS}/rpmsg_chrdev/bind", name.encode()) == OK
    path = f"/dev/{(await machine.node('vrproc-echo')).rpartition('/')[2]}"
    assert await reading_of(machine.host, f"{folder}/src") == "0x401\n"
    await machine.host.write(path, b"by hand")
    await machine.m4.trace_says("rpmsg 0x401 -> 0x401, 7 bytes: by hand\n")
    assert await answer_of(machine.host, f"{DRIVERS}/rpmsg_chrdev/unbind", name.encode()) == OK
    assert await reading_of(machine.host, path) == "ENOENT"


@pytest.mark.parametrize("written", ["\n", ""], ids=["a newline", "nothing"])
async def test_an_override_is_taken_back_by_a_newline_and_not_by_nothing(machine: Machine, written: str) -> None:
    await machine.start(machine.m4)
    override = f"{await machine.device('vrproc-echo')}/driver_override"
    await machine.host.write(override, b"some_driver")
    assert await answer_of(machine.host, override, written.encode()) == OK
    assert await reading_of(machine.host, override) == ("(null)\n" if written else "some_driver\n")


async def test_an_override_that_fills_the_page_is_einval(machine: Machine) -> None:
    await machine.start(machine.m4)
    override = f"{await machine.device('vrproc-echo')}/driver_override"
    assert await answer_of(machine.host, override, b"d" * 4095) == "EINVAL"
    assert await answer_of(machine.host, override, b"d" * 4094) == OK
