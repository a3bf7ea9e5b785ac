"""The text of each file of a processor in each of its states."""

from __future__ import annotations

import re

import pytest

from tests.conformance.machine import Machine
from tests.conformance.texts import DDR, EARLY_TABLE, GOOD_CARVEOUTS, NO_TABLE, good_table, without_addresses

COMMON = {"recovery": "enabled\n", "coredump": "disabled\n", "/recovery": "enabled\n", "/coredump": "disabled\n"}
NOTHING = {"/resource_table": NO_TABLE, "/carveout_memories": "", "/trace0": "ENOENT", "/crash": "EINVAL"}
M4 = {"name": "vr-m4\n", "/name": "vr-m4\n"} | COMMON
DSP = {"name": "vr-dsp\n", "/name": "vr-dsp\n"} | COMMON
UP = {"/resource_table": good_table(), "/carveout_memories": GOOD_CARVEOUTS, "/crash": "EINVAL", "/trace2": "ENOENT"}

TEXTS = {
    "offline": M4 | NOTHING | {"state": "offline\n", "firmware": "vrproc-0.elf\n"},
    "running": M4 | UP | {"state": "running\n", "firmware": "good.elf\n"},
    "crashed": M4
    | UP
    | {"state": "crashed\n", "firmware": "good.elf\n", "recovery": "disabled\n", "/recovery": "disabled\n"},
    "detached": DSP | NOTHING | {"state": "detached\n", "firmware": "vrproc-2.elf\n"},
    "attached": DSP
    | {"state": "attached\n", "firmware": "unknown\n", "/resource_table": EARLY_TABLE, "/carveout_memories": DDR},
}
CASES = [(state, file, text) for state, files in TEXTS.items() for file, text in files.items()]


def file_name(file: str) -> str:
    return f"debugfs {file[1:]}" if file.startswith("/") else file


@pytest.mark.parametrize(
    ("state", "file", "text"), CASES, ids=[f"{state}: {file_name(file)}" for state, file, _ in CASES]
)
async def test_a_file_reads_as_the_kernel_writes_it_when(machine: Machine, state: str, file: str, text: str) -> None:
    processor = await machine.in_state(state)
    assert without_addresses(await processor.reading(file)) == text


@pytest.mark.parametrize("state", TEXTS)
async def test_the_uevent_and_dev_files_name_the_character_device_when(machine: Machine, state: str) -> None:
    processor = await machine.in_state(state)
    number = await processor.read("dev")
    assert re.fullmatch(r"\d+:\d+\n", number)
    major, minor = number.rstrip().split(":")
    text = f"MAJOR={major}\nMINOR={minor}\nDEVNAME={processor.id}\nDEVTYPE=remoteproc\n"
    assert await processor.read("uevent") == text
    assert processor.id == f"remoteproc{minor}"


@pytest.mark.parametrize("state", ["running", "crashed"])
async def test_the_trace_begins_with_the_firmwares_banner_when(machine: Machine, state: str) -> None:
    await machine.in_state(state)
    await machine.m4.trace_says("2 trace buffer(s)\n")
    stamp = r"\[ *\d+\.\d{6}\] "
    banner = rf"{stamp}klab firmware 1\.0\n{stamp}vr-m4: entry 0x101, 2 trace buffer\(s\)\n"
    assert re.match(banner, await machine.m4.read("/trace0"))


async def test_the_trace_of_an_attached_processor_begins_with_what_runs_there(machine: Machine) -> None:
    await machine.in_state("attached")
    text = await machine.dsp.trace_says("1 trace buffer(s)\n")
    assert re.match(r"\[ *\d+\.\d{6}\] vrproc fake firmware\n\[.*\] vr-dsp: entry 0x0, 1 trace", text)


PLATFORM = {
    "uevent": "DRIVER=vrproc\nMODALIAS=platform:vrproc\n",
    "modalias": "platform:vrproc\n",
    "driver_override": "(null)\n",
}
VDEV = {
    "uevent": "DRIVER=rproc-virtio\nMODALIAS=platform:rproc-virtio\n",
    "modalias": "platform:rproc-virtio\n",
    "driver_override": "(null)\n",
}
VIRTIO = {
    "device": "0x0007\n",
    "vendor": "0x0000\n",
    "status": "0x00000007\n",
    "modalias": "virtio:d00000007v00000000\n",
    "uevent": "DRIVER=virtio_rpmsg_bus\nMODALIAS=virtio:d00000007v00000000\n",
}


@pytest.mark.parametrize("file", PLATFORM)
async def test_the_platform_device_reads(machine: Machine, file: str) -> None:
    assert await machine.host.read(f"{machine.m4.parent}/{file}") == PLATFORM[file].encode()


@pytest.mark.parametrize("file", VDEV)
async def test_the_device_of_a_vdev_reads(machine: Machine, file: str) -> None:
    m4 = await machine.in_state("running")
    (vdev,) = await m4.children()
    assert await m4.read(f"{vdev}/{file}") == VDEV[file]


@pytest.mark.parametrize("file", VIRTIO)
async def test_the_virtio_device_of_rpmsg_reads(machine: Machine, file: str) -> None:
    await machine.in_state("running")
    assert await machine.m4.read(f"{await machine.virtio_device()}/{file}") == VIRTIO[file]


async def test_the_features_are_one_digit_a_bit(machine: Machine) -> None:
    await machine.in_state("running")
    assert re.fullmatch(r"10{63}(0{64})?\n", await machine.m4.read(f"{await machine.virtio_device()}/features"))
