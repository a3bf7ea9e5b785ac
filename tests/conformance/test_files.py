"""Which files there are in each state, their modes and sizes, where the links lead, and who may not be asked."""

from __future__ import annotations

import posixpath

import pytest

from rproc_tui.model.file_facts import FileKind
from tests.conformance.machine import DUMPS, RPMSG, VIRTIO, Machine
from tests.conformance.processor import CLASS, DRIVER, answer_of, reading_of

STATES = ["offline", "running", "crashed", "detached", "attached"]
BESIDE = {"power", "waiting_for_supplier"}
"""What other configurations of a kernel add."""

SYSFS = {"coredump": 0o644, "dev": 0o444, "firmware": 0o644, "name": 0o444, "recovery": 0o644}
SYSFS |= {"state": 0o644, "uevent": 0o644}
DEBUGFS = {"/carveout_memories": 0o400, "/coredump": 0o600, "/crash": 0o200, "/name": 0o400}
DEBUGFS |= {"/recovery": 0o600, "/resource_table": 0o400}
TRACES = {"offline": [], "detached": [], "attached": ["trace0"], "running": ["trace0", "trace1"]}
TRACES["crashed"] = TRACES["running"]


@pytest.mark.parametrize(
    ("file", "mode"), (SYSFS | DEBUGFS).items(), ids=[f"{file} is {mode:o}" for file, mode in (SYSFS | DEBUGFS).items()]
)
async def test_a_file_is_regular_and_of_root(machine: Machine, file: str, mode: int) -> None:
    facts = await machine.host.stat(machine.m4.path(file))
    assert (facts.kind, facts.mode, facts.size) == (FileKind.REGULAR, mode, 0 if file.startswith("/") else 4096)
    assert (facts.uid, facts.gid) == (0, 0)


@pytest.mark.parametrize("state", STATES)
async def test_the_modes_are_the_same_when(machine: Machine, state: str) -> None:
    processor = await machine.in_state(state)
    expected = SYSFS | DEBUGFS
    assert {file: (await machine.host.stat(processor.path(file))).mode for file in expected} == expected


@pytest.mark.parametrize("state", STATES)
async def test_the_folders_hold_these_files_when(machine: Machine, state: str) -> None:
    processor = await machine.in_state(state)
    vdev = await processor.children()
    assert len(vdev) == (1 if state in ("running", "crashed") else 0)
    names = set(await machine.host.list(processor.path(""))) - BESIDE
    assert names == {*SYSFS, "device", "subsystem", *vdev}
    debug = await machine.host.list(processor.path("/"))
    assert sorted(debug) == sorted([name[1:] for name in DEBUGFS] + TRACES[state])
    for trace in TRACES[state]:
        facts = await machine.host.stat(processor.path(f"/{trace}"))
        assert (facts.mode, facts.size) == (0o400, 0)


async def test_the_class_leads_to_the_platform_device_and_back(machine: Machine) -> None:
    for processor in machine.processors:
        below = f"devices/platform/{processor.device}/remoteproc/{processor.id}"
        assert await machine.host.link(f"{CLASS}/{processor.id}") == f"../../{below}"
        assert await machine.host.link(processor.path("device")) == f"../../../{processor.device}"
        assert await machine.host.link(processor.path("subsystem")) == "../../../../../class/remoteproc"
        assert await machine.host.read(f"{processor.parent}/remoteproc/{processor.id}/name") == (
            await machine.host.read(processor.path("device/remoteproc/" + processor.id + "/name"))
        )


async def test_the_platform_device_leads_to_its_driver_and_the_driver_to_its_devices(machine: Machine) -> None:
    for processor in machine.processors:
        assert await machine.host.link(f"{processor.parent}/driver") == "../../../bus/platform/drivers/vrproc"
        assert await machine.host.link(f"{processor.parent}/subsystem") == "../../../bus/platform"
        assert (
            await machine.host.link(f"{DRIVER}/{processor.device}")
            == f"../../../../devices/platform/{processor.device}"
        )
        bus = f"/sys/bus/platform/devices/{processor.device}"
        assert await machine.host.link(bus) == f"../../../devices/platform/{processor.device}"


async def test_a_vdev_leads_to_its_drivers_and_is_on_their_buses(machine: Machine) -> None:
    m4 = await machine.in_state("running")
    virtio = await machine.virtio_device()
    vdev, name = posixpath.split(virtio)
    up = "../" * 6
    assert await machine.host.link(m4.path(f"{vdev}/driver")) == f"{up}bus/platform/drivers/rproc-virtio"
    assert await machine.host.link(m4.path(f"{vdev}/subsystem")) == f"{up}bus/platform"
    assert await machine.host.link(m4.path(f"{virtio}/driver")) == f"../{up}bus/virtio/drivers/virtio_rpmsg_bus"
    assert await machine.host.link(m4.path(f"{virtio}/subsystem")) == f"../{up}bus/virtio"
    here = f"devices/platform/{m4.device}/remoteproc/{m4.id}/{virtio}"
    assert await machine.host.link(f"{VIRTIO}/{name}") == f"../../../{here}"
    device = posixpath.basename(await machine.device("vrproc-echo"))
    assert await machine.host.link(f"{RPMSG}/{device}") == f"../../../{here}/{device}"


@pytest.mark.parametrize("file", ["name", "dev"])
async def test_what_sysfs_only_shows_cannot_be_opened_for_writing(machine: Machine, file: str) -> None:
    assert await machine.m4.answer(file, "x") == "EACCES"


@pytest.mark.parametrize("file", ["/name", "/resource_table", "/carveout_memories"])
async def test_what_debugfs_only_shows_refuses_the_write_itself(machine: Machine, file: str) -> None:
    assert await machine.m4.answer(file, "x") == "EINVAL"


@pytest.mark.parametrize("file", ["bind", "unbind"])
async def test_what_sysfs_only_takes_cannot_be_opened_for_reading(machine: Machine, file: str) -> None:
    assert await reading_of(machine.host, f"{DRIVER}/{file}") == "EACCES"
    assert (await machine.host.stat(f"{DRIVER}/{file}")).mode == 0o200


PLACES = {
    "a processor that is not there": f"{CLASS}/remoteproc99/state",
    "a file that is not there": f"{CLASS}/remoteproc/state",
    "a trace that is not there": "/sys/kernel/debug/remoteproc/remoteproc99/trace0",
    "a dump that is not there": f"{DUMPS}/devcd999999/data",
    "a node that is not there": "/dev/remoteproc99",
}


@pytest.mark.parametrize("place", PLACES)
async def test_enoent_is_the_answer_for(machine: Machine, place: str) -> None:
    assert await reading_of(machine.host, PLACES[place]) == "ENOENT"
    assert await answer_of(machine.host, PLACES[place], b"start") == "ENOENT"


async def test_a_folder_cannot_be_read_and_a_file_not_listed(machine: Machine) -> None:
    assert await reading_of(machine.host, f"{CLASS}/{machine.m4.id}") == "EISDIR"
    with pytest.raises(NotADirectoryError):
        await machine.host.list(machine.m4.path("state"))


@pytest.mark.parametrize("offset", [0, 3, 7, 8, 9, 5000])
async def test_reading_goes_on_where_one_wants(machine: Machine, offset: int) -> None:
    assert await machine.host.read(machine.m4.path("state"), offset=offset) == b"offline\n"[offset:]
    assert await machine.host.read(machine.m4.path("state"), offset=offset, limit=2) == b"offline\n"[offset:][:2]


async def test_the_disabled_switch_of_dumps_is_off(machine: Machine) -> None:
    assert await machine.host.read(f"{DUMPS}/disabled") == b"0\n"
    assert (await machine.host.stat(f"{DUMPS}/disabled")).mode == 0o644
    for written in (b"2", b"x", b"-1", b"11"):
        assert await answer_of(machine.host, f"{DUMPS}/disabled", written) == "EINVAL"
