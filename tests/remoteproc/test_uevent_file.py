"""What writing to a `uevent` file sends, and how a kernel says that it does not."""

from __future__ import annotations

import errno

import pytest

from rproc_tui.remoteproc.uevent_file import driver_uevent_file, uevent_file
from rproc_tui.remoteproc.virtual_tree import VirtualFile
from tests.remoteproc.machine import Machine
from tests.remoteproc.rig import refused

UUID = "fe4d7c9d-b8c6-4a70-9ef1-3d8a58d18eed"
DEVPATH = "/devices/platform/vrproc.0/remoteproc/remoteproc0"
OWN = {"MAJOR": "251", "MINOR": "0", "DEVNAME": "remoteproc0"}


def write(file: VirtualFile, text: str) -> None:
    assert file.write is not None
    file.write(text.encode())


SENT = {
    "change": {"SYNTH_UUID": "0"},
    "change\n": {"SYNTH_UUID": "0"},
    f"change {UUID}": {"SYNTH_UUID": UUID},
    f"change {UUID} A=1 B2=abc": {"SYNTH_UUID": UUID, "SYNTH_ARG_A": "1", "SYNTH_ARG_B2": "abc"},
}


@pytest.mark.parametrize("written", SENT)
def test_an_event_carries_what_was_asked_for_and_what_the_device_has(written: str) -> None:
    machine = Machine()
    write(uevent_file(machine, DEVPATH, "remoteproc", lambda: OWN), written)
    assert machine.events == [("change", "remoteproc", DEVPATH, {**SENT[written], **OWN})]
    assert machine.take_lines() == []


REFUSED = {
    "unknown uevent action string": ["bogus", "CHANGE", " change", "change\n\n"],
    "incorrect uevent action arguments": ["change ", "change 0", f"change {UUID} A=", f"change {UUID} A_B=1"],
}
CASES = [(why, written) for why, texts in REFUSED.items() for written in texts]


@pytest.mark.parametrize(("why", "written"), CASES, ids=[repr(written) for _, written in CASES])
def test_a_refusal_is_told_by_the_core_and_by_the_device(why: str, written: str) -> None:
    machine = Machine()
    with refused(errno.EINVAL):
        write(uevent_file(machine, DEVPATH, "remoteproc", lambda: OWN), written)
    assert machine.events == []
    assert machine.take_lines() == [
        f"<4> synth uevent: {DEVPATH}: {why}",
        "<3> remoteproc remoteproc0: uevent: failed to send synthetic uevent: -22",
    ]


def test_a_device_with_a_driver_speaks_under_its_name() -> None:
    machine = Machine()
    with refused(errno.EINVAL):
        write(uevent_file(machine, "/devices/virtio0", "virtio", lambda: {"DRIVER": "virtio_rpmsg_bus"}), "x")
    assert machine.take_lines()[1].startswith("<3> virtio_rpmsg_bus virtio0: uevent: ")


def test_a_driver_can_be_asked_as_well_and_only_the_core_tells_of_its_refusal() -> None:
    machine = Machine()
    file = driver_uevent_file(machine, "/bus/platform/drivers/vrproc")
    write(file, "change")
    assert machine.events == [("change", "drivers", "/bus/platform/drivers/vrproc", {"SYNTH_UUID": "0"})]
    with refused(errno.EINVAL):
        write(file, "x")
    assert machine.take_lines() == ["<4> synth uevent: /bus/platform/drivers/vrproc: unknown uevent action string"]
    assert (file.mode, file.read) == (0o200, None)
