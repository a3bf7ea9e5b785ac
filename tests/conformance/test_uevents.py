"""The device events of each act, in order, and those that do not come."""

from __future__ import annotations

import re

import pytest

from rproc_tui.model.kernel_log import Uevent
from tests.conformance.lines import without_numbers
from tests.conformance.machine import Machine
from tests.conformance.processor import FATAL_ERROR

ECHO, RAW, CTRL, NS = (
    "virtio#.vrproc-echo.-1.1025",
    "virtio#.rpmsg-raw.-1.1024",
    "virtio#.rpmsg_ctrl.0.0",
    "virtio#.rpmsg_ns.53.53",
)
VDEV = "rproc-virtio.#.auto"

VIRTIO_COMES = [
    ("add", "virtio", "virtio#"),
    ("add", "rpmsg", CTRL),
    ("add", "rpmsg", "rpmsg_ctrl#"),
    ("bind", "rpmsg", CTRL),
    ("add", "rpmsg", NS),
    ("bind", "rpmsg", NS),
    ("bind", "virtio", "virtio#"),
]
CHANNELS_COME = [("add", "rpmsg", RAW), ("add", "rpmsg", "rpmsg#"), ("bind", "rpmsg", RAW), ("add", "rpmsg", ECHO)]
VIRTIO_GOES = [
    ("remove", "rpmsg", "rpmsg_ctrl#"),
    ("unbind", "rpmsg", CTRL),
    ("remove", "rpmsg", CTRL),
    ("unbind", "rpmsg", NS),
    ("remove", "rpmsg", NS),
    ("remove", "rpmsg", "rpmsg#"),
    ("unbind", "rpmsg", RAW),
    ("remove", "rpmsg", RAW),
    ("remove", "rpmsg", ECHO),
    ("unbind", "virtio", "virtio#"),
    ("remove", "virtio", "virtio#"),
]
VDEV_COMES = [("add", "platform", VDEV), ("bind", "platform", VDEV)]
VDEV_GOES = [("unbind", "platform", VDEV), ("remove", "platform", VDEV)]
PROCESSOR_GOES = [("remove", "remoteproc", "remoteproc#"), ("unbind", "platform", "vrproc.0")]
PROCESSOR_COMES = [("add", "remoteproc", "remoteproc#"), ("bind", "platform", "vrproc.0")]


def brief(event: Uevent) -> tuple[str, str, str]:
    """Action, subsystem, and the last part of the path without moving numbers."""
    name = without_numbers(event.devpath.rpartition("/")[2])
    return event.action, event.subsystem, re.sub(r"^(rpmsg|rpmsg_ctrl|ttyRPMSG|devcd)\d+$", r"\1#", name)


async def events(machine: Machine, place: int) -> list[tuple[str, str, str]]:
    return [brief(event) for event in await machine.events_since(place)]


async def running(machine: Machine) -> None:
    """The good image, with everything that it announces."""
    place = await machine.events_now()
    await machine.start(machine.m4)
    await announced(machine, place)


async def announced(machine: Machine, place: int) -> None:
    """Wait for the last event of a start."""
    await machine.events.expect(place, lambda event: brief(event) == CHANNELS_COME[-1], "the last announcement")


async def test_a_start_tells_of_the_devices_it_makes(machine: Machine) -> None:
    place = await machine.events_now()
    await running(machine)
    told = await events(machine, place)
    assert [event for event in told if event not in CHANNELS_COME] == VDEV_COMES + VIRTIO_COMES
    assert [event for event in told if event in CHANNELS_COME] == CHANNELS_COME


async def test_a_stop_tells_of_the_devices_it_takes(machine: Machine) -> None:
    await running(machine)
    place = await machine.events_now()
    await machine.m4.write("state", "stop")
    assert await events(machine, place) == VIRTIO_GOES + VDEV_GOES


async def test_a_recovery_tells_of_the_devices_and_not_of_the_vdev(machine: Machine) -> None:
    await running(machine)
    place, line = await machine.events_now(), await machine.now()
    await machine.m4.crash()
    await machine.hears(line, "is now up")
    await announced(machine, place)
    told = await events(machine, place)
    assert told[: len(VIRTIO_GOES)] == VIRTIO_GOES
    assert [event for event in told[len(VIRTIO_GOES) :] if event not in CHANNELS_COME] == VIRTIO_COMES


async def test_a_recovery_with_a_dump_tells_of_it_in_between_and_of_its_end(machine: Machine) -> None:
    await running(machine)
    await machine.m4.write("coredump", "enabled")
    place, line = await machine.events_now(), await machine.now()
    await machine.m4.crash()
    await machine.hears(line, "is now up")
    told = await events(machine, place)
    assert told[len(VIRTIO_GOES) : len(VIRTIO_GOES) + 2] == [("add", "devcoredump", "devcd#"), VIRTIO_COMES[0]]
    await announced(machine, place)
    place = await machine.events_now()
    await machine.free_dumps()
    await machine.events.expect(place, lambda event: event.subsystem == "devcoredump", "the end of the dump")
    assert await events(machine, place) == [("remove", "devcoredump", "devcd#")]


async def test_an_unbind_tells_of_the_processor_and_of_its_device(machine: Machine) -> None:
    place = await machine.events_now()
    await machine.m4.unbind()
    assert await events(machine, place) == PROCESSOR_GOES
    place = await machine.events_now()
    await machine.m4.bind()
    assert await events(machine, place) == PROCESSOR_COMES


async def test_an_unbind_of_a_running_processor_tells_of_everything(machine: Machine) -> None:
    await running(machine)
    place = await machine.events_now()
    await machine.m4.unbind()
    assert await events(machine, place) == VIRTIO_GOES + VDEV_GOES + PROCESSOR_GOES


QUIET = ["a firmware name", "a failed start", "a start without a vdev", "its stop", "a crash without recovery"]
QUIET += ["an attach", "a detach", "a second start", "a switch", "a crash of a processor that is off"]


@pytest.mark.parametrize("act", QUIET)
async def test_no_event_tells_of(machine: Machine, act: str) -> None:
    m4, dsp = machine.m4, machine.dsp
    await machine.install("traceonly.elf")
    if act in ("its stop", "a crash without recovery", "a second start"):
        await machine.start(m4, "traceonly.elf")
        await m4.write("recovery", "disabled")
    if act == "a detach":
        await dsp.write("state", "start")
    if act == "a start without a vdev":
        await m4.write("firmware", "traceonly.elf")
    if act == "a failed start":
        await m4.write("firmware", "nosuch.elf")
    place = await machine.events_now()
    processor, file, word = {
        "a firmware name": (m4, "firmware", "good.elf"),
        "a failed start": (m4, "state", "start"),
        "a start without a vdev": (m4, "state", "start"),
        "its stop": (m4, "state", "stop"),
        "a crash without recovery": (m4, "/crash", FATAL_ERROR),
        "an attach": (dsp, "state", "start"),
        "a detach": (dsp, "state", "detach"),
        "a second start": (m4, "state", "start"),
        "a switch": (m4, "coredump", "enabled"),
        "a crash of a processor that is off": (m4, "/crash", FATAL_ERROR),
    }[act]
    await processor.answer(file, word)
    if act == "a crash without recovery":
        await m4.becomes("crashed")
    assert await events(machine, place) == []


async def one(machine: Machine, place: int, action: str, subsystem: str, name: str) -> Uevent:
    found = [event for event in await machine.events_since(place) if brief(event) == (action, subsystem, name)]
    assert len(found) == 1
    return found[0]


PROPERTIES = {
    ("add", "platform", VDEV): {"MODALIAS": "platform:rproc-virtio"},
    ("bind", "platform", VDEV): {"DRIVER": "rproc-virtio", "MODALIAS": "platform:rproc-virtio"},
    ("add", "virtio", "virtio#"): {"MODALIAS": "virtio:d00000007v00000000"},
    ("bind", "virtio", "virtio#"): {"DRIVER": "virtio_rpmsg_bus", "MODALIAS": "virtio:d00000007v00000000"},
    ("add", "rpmsg", CTRL): {"MODALIAS": "rpmsg:rpmsg_ctrl"},
    ("bind", "rpmsg", NS): {"DRIVER": "rpmsg_ns", "MODALIAS": "rpmsg:rpmsg_ns"},
    ("bind", "rpmsg", RAW): {"DRIVER": "rpmsg_chrdev", "MODALIAS": "rpmsg:rpmsg-raw"},
    ("add", "rpmsg", ECHO): {"MODALIAS": "rpmsg:vrproc-echo"},
}
OF_EVERY_EVENT = {"ACTION", "DEVPATH", "SUBSYSTEM", "SEQNUM"}


@pytest.mark.parametrize("which", PROPERTIES, ids=" ".join)
async def test_the_properties_of_a_starts_event(machine: Machine, which: tuple[str, str, str]) -> None:
    place = await machine.events_now()
    await running(machine)
    event = await one(machine, place, *which)
    own = {key: value for key, value in event.properties.items() if key not in OF_EVERY_EVENT}
    assert own == PROPERTIES[which]
    assert event.devpath.startswith(f"/devices/platform/vrproc.0/remoteproc/{machine.m4.id}/rproc-virtio.")


async def test_the_event_of_a_processor_names_its_character_device(machine: Machine) -> None:
    place = await machine.events_now()
    await machine.m4.rebind()
    event = await one(machine, place, "add", "remoteproc", "remoteproc#")
    major, minor = (await machine.m4.read("dev")).rstrip().split(":")
    own = {key: value for key, value in event.properties.items() if key not in OF_EVERY_EVENT}
    assert own.pop("DEVNAME") == machine.m4.id
    assert own == {"DEVTYPE": "remoteproc", "MAJOR": major, "MINOR": minor}
    assert event.devpath == f"/devices/platform/vrproc.0/remoteproc/{machine.m4.id}"


async def test_events_are_numbered(machine: Machine) -> None:
    place = await machine.events_now()
    await machine.m4.rebind()
    numbers = [int(event.properties["SEQNUM"]) for event in await machine.events_since(place)]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("written", ["bogus", "\n"])
async def test_only_an_action_can_be_asked_for(machine: Machine, written: str) -> None:
    assert await machine.m4.answer("uevent", written) == "EINVAL"
