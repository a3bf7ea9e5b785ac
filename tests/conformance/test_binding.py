"""Taking a device from its driver and giving it back: what is gone, what is said, which number comes next."""

from __future__ import annotations

import pytest

from tests.conformance.lines import said
from tests.conformance.machine import Machine
from tests.conformance.processor import CLASS, DEBUG, DRIVER, OK, answer_of, reading_of

AVAILABLE = said("<6> vr-m4 is available")
RELEASED = said("<6> releasing vr-m4")


async def test_an_unbound_processor_leaves_nothing(machine: Machine) -> None:
    m4 = machine.m4
    place = await machine.now()
    await m4.unbind()
    assert m4.id not in await machine.host.list(CLASS)
    assert m4.id not in await machine.host.list(DEBUG)
    assert await reading_of(machine.host, m4.path("state")) == "ENOENT"
    assert await reading_of(machine.host, m4.node) == "ENOENT"
    assert "driver" not in await machine.host.list(m4.parent)
    assert await machine.host.read(f"{m4.parent}/uevent") == b"MODALIAS=platform:vrproc\n"
    assert await machine.log_since(place) == RELEASED


async def test_a_bound_processor_is_available_under_the_lowest_free_number(machine: Machine) -> None:
    m4 = machine.m4
    before = m4.id
    place = await machine.now()
    await m4.rebind()
    assert m4.id == before
    assert await machine.log_since(place) == RELEASED + AVAILABLE
    assert await m4.read("firmware") == "vrproc-0.elf\n"
    assert await m4.state() == "offline"


async def test_numbers_follow_the_order_of_binding(machine: Machine) -> None:
    m4, dsp = machine.m4, machine.dsp
    numbers = m4.id, dsp.id
    await m4.unbind()
    await dsp.unbind()
    await dsp.bind()
    await m4.bind()
    assert sorted([m4.id, dsp.id]) == sorted(numbers)
    assert int(dsp.id.removeprefix("remoteproc")) < int(m4.id.removeprefix("remoteproc"))


async def test_a_running_processor_is_stopped_first(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    place = await machine.now()
    await m4.unbind()
    assert await machine.log_since(place) == said("<6> stopped remote processor vr-m4") + RELEASED
    assert await machine.devices() == []


async def test_a_crashed_processor_is_stopped_first(machine: Machine) -> None:
    m4 = await machine.in_state("crashed")
    place = await machine.now()
    await m4.unbind()
    assert await machine.log_since(place) == said("<6> stopped remote processor vr-m4") + RELEASED


async def test_a_detached_processor_just_goes(machine: Machine) -> None:
    place = await machine.now()
    await machine.dsp.unbind()
    assert await machine.log_since(place) == said("<6> releasing vr-dsp")


async def test_an_attached_processor_is_stopped_and_comes_back_detached(machine: Machine) -> None:
    dsp = await machine.in_state("attached")
    place = await machine.now()
    await dsp.rebind()
    assert await machine.log_since(place) == said(
        "<6> stopped remote processor vr-dsp", "<6> releasing vr-dsp", "<6> vr-dsp is available"
    )
    assert await dsp.state() == "detached"


@pytest.mark.wounds
async def test_one_that_was_started_twice_goes_without_a_stop_and_keeps_its_number(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    await m4.write("state", "start")
    before = m4.id
    place = await machine.now()
    await m4.unbind()
    assert await machine.log_since(place) == []
    await m4.bind()
    assert m4.id != before
    assert await machine.log_since(place) == AVAILABLE


@pytest.mark.wounds
async def test_one_that_refuses_to_stop_goes_and_keeps_its_number(machine: Machine) -> None:
    await machine.start(machine.m4, "stoperr.elf")
    before = machine.m4.id
    place = await machine.now()
    await machine.m4.rebind()
    assert machine.m4.id != before
    assert await machine.log_since(place) == said("<3> can't stop rproc: -16") + AVAILABLE


@pytest.mark.wounds
async def test_one_whose_vdev_was_left_behind_keeps_its_number(machine: Machine) -> None:
    m4 = machine.m4
    await machine.start(m4, "vringzero.elf")
    await m4.write("state", "stop")
    assert len(await m4.children()) == 1
    before = m4.id
    place = await machine.now()
    await m4.rebind()
    assert m4.id != before
    assert await machine.log_since(place) == AVAILABLE


async def test_an_unread_dump_keeps_the_number_until_it_is_freed(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    await m4.write("coredump", "enabled")
    place = await machine.now()
    await m4.crash()
    await machine.hears(place, "is now up")
    await m4.becomes("running")
    (dump,) = await machine.dumps()
    before = m4.id
    await m4.rebind()
    assert await machine.dumps() == [dump]
    assert m4.id != before
    place = await machine.now()
    await machine.free_dumps()
    await machine.hears(place, "releasing vr-m4")


@pytest.mark.parametrize("file", ["bind", "unbind"])
@pytest.mark.parametrize("device", ["vrproc.99", "vrproc", ""])
async def test_a_device_that_is_not_there_is_enodev(machine: Machine, file: str, device: str) -> None:
    answer = await answer_of(machine.host, f"{DRIVER}/{file}", device.encode())
    assert answer == ("ENODEV" if device else OK)


async def test_a_device_is_not_taken_twice_and_not_given_twice(machine: Machine) -> None:
    assert await answer_of(machine.host, f"{DRIVER}/bind", b"vrproc.0") == "EBUSY"
    await machine.m4.unbind()
    assert await answer_of(machine.host, f"{DRIVER}/unbind", b"vrproc.0") == "ENODEV"


async def test_a_newline_behind_a_devices_name_does_not_matter(machine: Machine) -> None:
    await machine.host.write(f"{DRIVER}/unbind", b"vrproc.0\n")
    await machine.host.write(f"{DRIVER}/bind", b"vrproc.0\n")
    assert await machine.m4.find()
