"""Each image is started on the processor that wants a table, and stopped: answers, lines, files, nothing is left."""

from __future__ import annotations

import functools
import importlib.util
import pathlib
import re

import pytest

from tests.conformance.images import CHANNELS, IMAGES, TTY_CHANNELS
from tests.conformance.lines import said
from tests.conformance.machine import Machine
from tests.conformance.outcomes import REFUSES_TO_STOP, Outcome, outcome_of
from tests.conformance.processor import OK
from tests.conformance.texts import DDR, NO_TABLE, carveout_entry, trace_entry, without_addresses

LAB = pathlib.Path(__file__).resolve().parents[3] / "shared" / "kernel-lab" / "firmware" / "mkfw.py"
SLOW = ("slowstart.elf", "slowstop.elf")
"""The lab's take three seconds; they differ from ours in nothing else."""
NEEDED = re.compile(r"need 0x[0-9a-f]+ avail 0x[0-9a-f]+")


@functools.cache
def lab_images() -> dict[str, bytes]:
    """What the kernel lab's own tool makes."""
    spec = importlib.util.spec_from_file_location("mkfw", LAB)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    images: dict[str, bytes] = module.everything()
    assert images.keys() == IMAGES.keys()
    return images


@pytest.fixture(params=[name for name in IMAGES if name not in SLOW])
def lab_image(request: pytest.FixtureRequest) -> str:
    """A name of theirs and ours."""
    if not LAB.exists():
        pytest.skip("the kernel lab is not here")
    return str(request.param)


@pytest.mark.parametrize("name", ["nosuch.elf", *IMAGES])
async def test_the_image_boots_or_fails_as_on_a_kernel(machine: Machine, name: str) -> None:
    content = IMAGES[name]() if name in IMAGES else b""
    if name in IMAGES:
        await machine.install(name)
    await starts_as(machine, name, len(content), outcome_of(name, is_6_12=machine.is_6_12))


async def test_the_image_of_the_lab_by_this_name_boots_or_fails_like_ours(machine: Machine, lab_image: str) -> None:
    content = lab_images()[lab_image]
    await machine.install(f"lab-{lab_image}", content)
    await starts_as(machine, f"lab-{lab_image}", len(content), outcome_of(lab_image, is_6_12=machine.is_6_12))


async def starts_as(machine: Machine, name: str, size: int, outcome: Outcome) -> None:
    """Start what is installed under a name, compare, and stop it."""
    m4 = machine.m4
    await m4.write("firmware", name)
    if outcome.spoils:
        machine.spoils(m4)
    place = await machine.now()
    assert await m4.answer("state", "start") == outcome.answer
    lines = [NEEDED.sub("need {need} avail {avail}", line) for line in await machine.log_since(place)]
    lines = [line for line in lines if not outcome.perhaps or outcome.perhaps not in line]
    runs = outcome.number == 0
    assert await m4.state() == ("running" if runs else "offline")
    assert lines == outcome.said(name, size)
    assert len(await m4.traces()) == outcome.traces
    assert len(await m4.children()) == outcome.vdevs
    for number, channel in enumerate(outcome.channels):
        await machine.hears(place, f"creating channel {channel} addr 0x{0x400 + number:x}")
    if REFUSES_TO_STOP in name:
        return
    if runs:
        assert await m4.answer("state", "stop") == OK
        assert await m4.state() == "offline"
        assert len(await m4.children()) == (1 if outcome.spoils else 0)
    assert await nothing_is_held(machine, spoilt=outcome.spoils)


async def nothing_is_held(machine: Machine, *, spoilt: bool) -> bool:
    """What a failed start or a stop leaves behind, as far as files show."""
    m4 = machine.m4
    texts = [await m4.reading(file) for file in ("/resource_table", "/trace0", "state")]
    # What fails before the table is read leaves the driver's carveout in the list: the kernel does not clean that up.
    carveouts = without_addresses(await m4.read("/carveout_memories")).replace(DDR.replace("0x-", "0x0"), "")
    left = [name for name in await machine.devices() if not spoilt]
    return texts == [NO_TABLE, "ENOENT", "offline\n"] and not left and "Name: shm" not in carveouts


async def test_the_next_image_boots_after_each_that_failed(machine: Machine) -> None:
    failing = [name for name in IMAGES if outcome_of(name, is_6_12=machine.is_6_12).number]
    assert len(failing) == 35
    for name in failing:
        await machine.choose(machine.m4, name)
        assert await machine.m4.answer("state", "start") != OK, name
    place = await machine.now()
    await machine.choose(machine.m4, "good.elf")
    assert await machine.m4.answer("state", "start") == OK
    size = len(IMAGES["good.elf"]())
    expected = outcome_of("good.elf", is_6_12=machine.is_6_12).said("good.elf", size)
    assert await machine.log_since(place) == expected


async def test_a_processor_that_wants_no_table_boots_without_one(machine: Machine) -> None:
    place = await machine.now()
    await machine.start(machine.r5, "notable.elf")
    assert await machine.log_since(place) == said(
        "<6> powering up vr-r5",
        f"<6> Booting fw image notable.elf, size {len(IMAGES['notable.elf']())}",
        "<6> No resource table in elf",
        "<6> remote processor vr-r5 is now up",
    )
    assert await machine.r5.read("/resource_table") == NO_TABLE
    assert without_addresses(await machine.r5.read("/carveout_memories")) == DDR
    assert await machine.r5.traces() == []
    assert await machine.r5.answer("state", "stop") == OK


@pytest.mark.parametrize("name", ["tablever.elf", "tabletiny.elf", "tablereserved.elf", "tablenum.elf"])
async def test_a_processor_that_wants_no_table_boots_with_a_bad_one_and_says_so_twice(
    machine: Machine, name: str
) -> None:
    place = await machine.now()
    await machine.start(machine.r5, name)
    (complaint,) = outcome_of(name, is_6_12=machine.is_6_12).lines[1:]
    lines = await machine.log_since(place)
    assert lines.count(complaint) == 2
    assert lines[-1:] == said("<6> remote processor vr-r5 is now up")


async def test_the_attachable_processor_boots_from_a_file_once_it_was_stopped(machine: Machine) -> None:
    dsp = await machine.in_state("attached")
    await dsp.write("state", "stop")
    place = await machine.now()
    await machine.install("vrproc-2.elf")
    assert await dsp.answer("state", "start") == OK
    assert await dsp.state() == "running"
    assert (await machine.log_since(place))[:1] == said("<6> powering up vr-dsp")
    assert await dsp.answer("state", "detach") == "EINVAL"
    assert await dsp.answer("state", "stop") == OK


UNKNOWN = "Unknown resource type found: {} [hdr: -]\n"
DDR_AND_TRACE = carveout_entry(1, "ddr", "80000000", 0x10_0000) + trace_entry(2, "trace:m4", 0x8000_1000, 0x1000)
TABLES = {
    "rscunknown.elf": UNKNOWN.format(77) + DDR_AND_TRACE,
    "rscvendor.elf": UNKNOWN.format(128) + DDR_AND_TRACE,
    "rsclast.elf": UNKNOWN.format(4) + DDR_AND_TRACE,
    "emptytable.elf": "",
    "traceonly.elf": trace_entry(0, "trace:m4", 0x8000_1000, 0x1000),
    "carvename.elf": carveout_entry(0, "ddr", "80000000", 0x10_0000) + carveout_entry(1, "shm 100%%", "-", 0x1000),
}


@pytest.mark.parametrize("name", TABLES)
async def test_the_resource_table_shows_odd_entries_as_the_kernel_does(machine: Machine, name: str) -> None:
    await machine.start(machine.m4, name)
    assert without_addresses(await machine.m4.read("/resource_table")) == TABLES[name]


async def test_the_name_of_a_carveout_is_a_format(machine: Machine) -> None:
    await machine.start(machine.m4, "carvename.elf")
    assert "\tName: shm 100%\n" in await machine.m4.read("/carveout_memories")


@pytest.mark.parametrize(
    ("name", "text"), [("tracenowhere.elf", "Trace  not available\n"), ("tracezero.elf", ""), ("silent.elf", "")]
)
async def test_a_trace_without_text(machine: Machine, name: str, text: str) -> None:
    await machine.start(machine.m4, name)
    assert await machine.m4.read("/trace0") == text


async def test_a_second_vdev_goes_on_counting_notify_ids(machine: Machine) -> None:
    await machine.start(machine.m4, "vdevtwo.elf")
    found = re.findall(r"    Notify ID (\d+)\n", await machine.m4.read("/resource_table"))
    assert found == ["0", "1", "2", "3"]
    names = re.findall(r"Name: (\S+)", await machine.m4.read("/carveout_memories"))
    assert names == ["ddr", "vdev0vring0", "vdev0vring1", "vdev1vring0", "vdev1vring1"]


async def test_a_vdev_that_nobody_drives_is_only_acknowledged(machine: Machine) -> None:
    await machine.start(machine.m4, "vdevunknown.elf")
    virtio = await machine.virtio_device()
    assert await machine.m4.read(f"{virtio}/status") == "0x00000001\n"
    assert "driver" not in await machine.host.list(machine.m4.path(virtio))
    assert "  Status 0x1\n" in await machine.m4.read("/resource_table")
    assert await machine.devices() == []


async def test_a_ring_whose_size_is_no_power_of_two_repeats_its_first_message(machine: Machine) -> None:
    place = await machine.now()
    await machine.start(machine.m4, "vringodd.elf")
    line = await machine.hears(place, "channel rpmsg-raw:ffffffff:400 already exist")
    assert line.level == 3
    await machine.hears(place, "rpmsg_create_channel failed")


async def test_without_the_name_service_bit_nothing_is_announced(machine: Machine) -> None:
    await machine.start(machine.m4, "vdevnons.elf")
    assert await machine.devices() == ["virtio#.rpmsg_ctrl.0.0"]


@pytest.mark.parametrize(("name", "channels"), [("good.elf", CHANNELS), ("tty.elf", TTY_CHANNELS)])
async def test_the_announced_channels_are_on_the_bus(machine: Machine, name: str, channels: tuple[str, ...]) -> None:
    await machine.start(machine.m4, name)
    for channel in channels:
        await machine.device(channel)
    own = [f"virtio#.{channel}.-1.{1024 + number}" for number, channel in enumerate(channels)]
    assert await machine.devices() == sorted([*own, "virtio#.rpmsg_ctrl.0.0", "virtio#.rpmsg_ns.53.53"])
