"""The files of two real kernels in six states each, where they are at hand."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from rproc_tui.hosts.local import LocalHost
from rproc_tui.linux.devcoredump import check, chunks
from rproc_tui.linux.discovery import device_path, processor_ids
from rproc_tui.linux.processor import read_live, read_processor
from rproc_tui.linux.rpmsg import read_rpmsg
from rproc_tui.model.processor import State
from rproc_tui.model.resource_table import CarveoutEntry, TraceEntry, VdevEntry
from rproc_tui.model.rpmsg import Rpmsg

TREES = Path(__file__).resolve().parents[3] / "shared" / "kernel-trees"
CORE = TREES / "core.elf"
VERSIONS = ("6.1", "6.12")
STATES = {
    "offline": ("offline", "offline", "detached"),
    "running": ("running", "offline", "detached"),
    "running-wrapped": ("running", "offline", "offline"),
    "crashed": ("crashed", "offline", "detached"),
    "attached": ("offline", "offline", "attached"),
    "coredump-pending": None,
}

pytestmark = pytest.mark.skipif(not TREES.is_dir(), reason="the recorded trees of real kernels are not here")


@pytest.fixture(scope="module", params=VERSIONS)
def trees(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    with tarfile.open(TREES / f"linux-{request.param}.tar.xz") as archive:
        archive.extractall(folder, filter="tar")
    return folder


@pytest.mark.parametrize("situation", STATES)
async def test_every_processor_is_read_without_a_complaint(trees: Path, situation: str) -> None:
    host = LocalHost(str(trees / situation))
    found = await processor_ids(host)
    facts = [await read_processor(host, one) for one in found]
    assert [one.id for one in facts] == ["remoteproc0", "remoteproc1", "remoteproc2"]
    assert [one.name for one in facts] == ["vr-m4", "vr-r5", "vr-dsp"]
    assert [one.device for one in facts] == [f"/sys/devices/platform/vrproc.{number}" for number in range(3)]
    assert {one.driver for one in facts} == {"vrproc"}
    assert [one.unreadable for one in facts] == [(), (), ()]
    expected = STATES[situation]
    if expected is not None:
        assert tuple(one.state for one in facts) == expected


async def test_the_running_processor_shows_table_carveouts_and_traces(trees: Path) -> None:
    host = LocalHost(str(trees / "running"))
    facts = await read_processor(host, "remoteproc0")
    table = facts.resource_table
    assert table is not None
    kinds = [type(entry) for entry in table.entries]
    assert kinds == [CarveoutEntry, CarveoutEntry, TraceEntry, TraceEntry, VdevEntry]
    vdev = table.entries[4]
    assert isinstance(vdev, VdevEntry)
    assert (vdev.id, vdev.status, vdev.dfeatures, vdev.gfeatures) == (7, 7, 1, 1)
    assert [(ring.num, ring.align, ring.notifyid) for ring in vdev.vrings] == [(16, 4096, 0), (16, 4096, 1)]
    assert facts.traces == ("trace0", "trace1")
    regions = {region.name: region for region in facts.regions}
    assert set(regions) == {"ddr", "shm", "vdev0vring0", "vdev0vring1"}
    assert (regions["ddr"].da, regions["ddr"].size) == (0x80000000, 0x100000)
    assert {vring.da for vring in vdev.vrings} == {regions[f"vdev0vring{ring}"].da for ring in (0, 1)}
    assert any(child.startswith("rproc-virtio") for child in facts.children)
    assert facts.children[-1].startswith("virtio")


async def test_the_running_processor_has_two_channels_and_the_others_none(trees: Path) -> None:
    host = LocalHost(str(trees / "running"))
    rpmsg = (await read_processor(host, "remoteproc0")).rpmsg
    (control,) = rpmsg.controls
    shown = [(each.name, each.destination, each.driver, each.control) for each in rpmsg.channels]
    assert shown == [("rpmsg-raw", 1024, "rpmsg_chrdev", control), ("vrproc-echo", 1025, None, control)]
    assert [await read_rpmsg(host, one) for one in ("remoteproc1", "remoteproc2")] == [Rpmsg(), Rpmsg()]


async def test_an_attached_processor_hides_its_firmware(trees: Path) -> None:
    facts = await read_processor(LocalHost(str(trees / "attached")), "remoteproc2")
    assert (facts.state, facts.firmware, facts.traces) == (State.ATTACHED, "unknown", ("trace0",))


async def test_the_dump_that_waits_is_found_read_and_whole(trees: Path) -> None:
    host = LocalHost(str(trees / "coredump-pending"))
    live = await read_live(host, "remoteproc0")
    assert live.dump is not None
    (trees / f"coredump-pending/sys/class/devcoredump/{live.dump}/data").write_bytes(CORE.read_bytes())  # not recorded
    content = b"".join([piece async for piece in chunks(host, live.dump)])
    assert content == CORE.read_bytes()
    assert check(content, len(content)) is None


async def test_a_name_in_the_tree_keeps_its_identity_in_every_state(trees: Path) -> None:
    devices = {await device_path(LocalHost(str(trees / situation)), "remoteproc1") for situation in STATES}
    assert devices == {"/sys/devices/platform/vrproc.1"}


@pytest.mark.parametrize("name", ["core.elf", "core-inline.elf"])
def test_a_real_dump_is_whole_and_its_first_half_is_not(name: str) -> None:
    content = (TREES / name).read_bytes()
    assert check(content, len(content)) is None
    assert check(content[: len(content) // 2], len(content) // 2) is not None
