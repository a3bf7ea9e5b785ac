from __future__ import annotations

import errno

import pytest

from rproc_tui.rpmsg.control_device import ControlDevice
from tests.rpmsg.remote import Link


def control_on(link: Link) -> tuple[ControlDevice, list[tuple[str, bool]]]:
    told: list[tuple[str, bool]] = []
    return ControlDevice(link.bus.channels[0], lambda device, made: told.append((device.name, made))), told


def test_it_makes_character_devices_that_go_with_the_bus() -> None:
    link = Link().probed()
    control, told = control_on(link)
    first = control.create_endpoint("first", -1, 0x400)
    second = control.create_endpoint("second" * 9, 700, 0x401)
    assert (first.source, second.source, second.name) == (0xFFFFFFFF, 700, ("second" * 9)[:31])
    first.open()
    second.open()
    second.write(b"x")
    assert link.remote.receive() == [(700, 0x401, b"x")]
    first.destroy()
    link.bus.remove()
    assert told == [("first", True), (second.name, True), ("first", False), (second.name, False)]
    with pytest.raises(BrokenPipeError):
        second.write(b"x")


def test_a_too_big_message_is_logged_on_the_control_device() -> None:
    link = Link().probed()
    lines: list[tuple[str, str]] = []
    link.bus.on_channel_log = lambda channel, _level, text: lines.append((channel.device_name, text))
    control, _told = control_on(link)
    device = control.create_endpoint("made", -1, 0x400)
    device.open()
    with pytest.raises(OSError, match="496"):
        device.write(bytes(497))
    assert lines == [("virtio0.rpmsg_ctrl.0.0", "message is too big (497)")]


def test_it_makes_and_releases_channels() -> None:
    link = Link().probed()
    control, _told = control_on(link)
    channel = control.create_channel("service", 300, -1)
    assert channel.device_name == "virtio0.service.300.-1"
    with pytest.raises(OSError, match="failed to create") as caught:
        control.create_channel("service", 300, -1)
    assert caught.value.errno == errno.ENXIO
    control.release_channel("service", 300, -1)
    assert len(link.bus.channels) == 2
    with pytest.raises(OSError, match="no channel") as caught:
        control.release_channel("service", 300, -1)
    assert caught.value.errno == errno.EINVAL
