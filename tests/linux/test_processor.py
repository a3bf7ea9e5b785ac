from __future__ import annotations

import errno

import pytest

from rproc_tui.errors import NoSuchProcessor
from rproc_tui.linux import debugfs
from rproc_tui.linux.facts import LiveFacts
from rproc_tui.linux.processor import read_live, read_processor, read_state
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.processor import State
from rproc_tui.model.resource_table import ResourceTable, TraceEntry
from tests.linux.board import processor
from tests.linux.debugfs_text import carveout_text, table_text
from tests.linux.memory_host import Entry, File, Folder, Link, MemoryHost
from tests.linux.test_device_tree import DEVICE, stm32

OWN = "/sys/devices/platform/soc/10000000.m4/remoteproc/remoteproc0"
DEBUG = "/sys/kernel/debug/remoteproc/remoteproc0"
TABLE = ResourceTable((TraceEntry(0, None, 0x10049120, 0x1000, "log"),), num=1, ver=None)
SHARED = Region("shared", 0x10050000, 0x2000, RegionKind.CARVEOUT, 0x10050000)


def running(**files: Entry) -> MemoryHost:
    debug: dict[str, Entry] = {
        "resource_table": File(table_text(TABLE), 0o400),
        "carveout_memories": File(carveout_text((SHARED,)), 0o400),
        "trace10": b"",
        "trace2": b"",
        "trace0": b"",
        "regs": b"",
        "mem": b"",
        "mailbox": b"",
    }
    return MemoryHost(
        processor(0, "soc/10000000.m4", state="running", debug=debug)
        | stm32()
        | {f"{OWN}/rproc-virtio.2.auto/virtio5/status": b"0x00000007\n"}
        | files
    )


async def test_everything_that_the_files_say_is_read() -> None:
    facts = await read_processor(running(), "remoteproc0")
    assert (facts.id, facts.device, facts.name, facts.state) == ("remoteproc0", DEVICE, "m4", State.RUNNING)
    assert (facts.firmware, facts.recovery, facts.coredump) == ("fw.elf", "enabled", "disabled")
    assert (facts.driver, facts.compatible, facts.core) == ("stm32-rproc", ("st,stm32mp1-m4",), "Cortex-M4")
    assert facts.firmware_name == "hub.elf"
    assert facts.traces == ("trace0", "trace2", "trace10")
    assert facts.resource_table == TABLE
    assert (facts.registers, facts.mailbox, facts.memory) == (True, True, f"{DEBUG}/mem")
    assert facts.dump is None
    assert facts.children == ("rproc-virtio.2.auto", "virtio5")
    assert (facts.writable, facts.read_only, facts.unreadable) == (True, False, ())


async def test_its_own_reserved_and_registered_memory_is_listed_once_each() -> None:
    host = running()
    retram = Region("retram", 0, 0x1000, RegionKind.CARVEOUT, 0x38000000)
    host.files[f"{DEBUG}/carveout_memories"] = carveout_text((retram, SHARED))
    regions = (await read_processor(host, "remoteproc0")).regions
    assert [region.name for region in regions] == ["mcuram", "m4:1", "retram", "vdev0vring0", "vdev0buffer", "shared"]
    assert len({(region.da, region.size) for region in regions}) == len(regions)


async def test_a_dump_that_waits_is_told() -> None:
    host = running(**{f"{OWN}/devcoredump": Link("../../../../../virtual/devcoredump/devcd3")})
    assert (await read_processor(host, "remoteproc0")).dump == "devcd3"
    assert (await read_live(host, "remoteproc0")).dump == "devcd3"


async def test_what_moves_fast_is_read_alone() -> None:
    live = await read_live(running(), "remoteproc0")
    assert live == LiveFacts(State.RUNNING, ("trace0", "trace2", "trace10"), None, TABLE)


async def test_in_a_transition_the_table_is_left_alone() -> None:
    host = running(**{f"{DEBUG}/resource_table": errno.EIO})
    assert (await read_live(host, "remoteproc0", table=False)).resource_table is None


async def test_a_core_of_a_cluster_takes_driver_and_kind_from_the_cluster() -> None:
    cluster, core = "r5fss@78000000", "r5fss@78000000/78000000.r5f"
    node = "/sys/firmware/devicetree/base/r5fss@78000000"
    host = MemoryHost(processor(0, core, driver=None))
    host.files[f"/sys/devices/platform/{cluster}/driver"] = Link("../../../bus/platform/drivers/k3_r5_rproc")
    host.files[f"/sys/devices/platform/{core}/of_node"] = Link(
        "../../../../firmware/devicetree/base/r5fss@78000000/r5f@78000000"
    )
    host.files[f"{node}/compatible"] = b"ti,am62-r5fss\0"
    host.files[f"{node}/r5f@78000000/reg-names"] = b"atcm\0"
    facts = await read_processor(host, "remoteproc0")
    assert (facts.driver, facts.core, facts.compatible) == ("k3_r5_rproc", "Cortex-R5F", ())


@pytest.mark.parametrize("word", ["suspend", "", "RUNNING"])
async def test_a_state_in_other_words_is_unknown(word: str) -> None:
    host = MemoryHost(processor(0, "m4", state=word))
    assert await read_state(host, "remoteproc0") is State.UNKNOWN
    assert (await read_processor(host, "remoteproc0")).state is State.UNKNOWN


async def test_a_processor_that_is_not_there_says_so() -> None:
    host = MemoryHost(processor(0, "m4"))
    for read in (read_processor, read_live):
        with pytest.raises(NoSuchProcessor):
            await read(host, "remoteproc1")
    with pytest.raises(FileNotFoundError):
        await read_state(host, "remoteproc1")


@pytest.mark.parametrize("number", [errno.ENOENT, errno.ENODEV])
@pytest.mark.parametrize("name", ["name", "state", "firmware", "recovery", "coredump"])
async def test_an_attribute_that_vanishes_is_no_complaint(name: str, number: int) -> None:
    facts = await read_processor(running(**{f"{OWN}/{name}": File(error=number)}), "remoteproc0")
    assert facts.unreadable == ()
    assert facts.state is (State.UNKNOWN if name == "state" else State.RUNNING)
    assert facts.name == ("10000000.m4" if name == "name" else "m4")


async def test_an_attribute_that_may_not_be_read_is_named() -> None:
    facts = await read_processor(running(**{f"{OWN}/firmware": File(error=errno.EACCES)}), "remoteproc0")
    assert facts.unreadable == ("firmware cannot be read: Permission denied (EACCES)",)
    assert facts.firmware is None


@pytest.mark.parametrize("name", ["resource_table", "carveout_memories"])
@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ENOENT, errno.EPERM])
async def test_one_file_of_debugfs_that_fails_costs_only_itself(name: str, number: int) -> None:
    facts = await read_processor(running(**{f"{DEBUG}/{name}": File(error=number)}), "remoteproc0")
    assert (facts.resource_table is None) is (name == "resource_table")
    assert (SHARED in facts.regions) is (name != "carveout_memories")
    assert len(facts.unreadable) == (0 if number == errno.ENOENT else 1)


async def test_a_text_that_is_no_table_is_named() -> None:
    facts = await read_processor(running(**{f"{DEBUG}/resource_table": b"Entry of nothing\n"}), "remoteproc0")
    assert facts.unreadable == ("resource_table: line 1 is no line of a table: Entry of nothing",)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"/sys/kernel/debug": errno.EACCES}, debugfs.NOT_PERMITTED),
        ({"/sys/kernel/debug/remoteproc/remoteproc0": errno.EPERM}, debugfs.LOCKED_DOWN),
        ({"/sys/kernel/debug": Folder()}, debugfs.NOT_MOUNTED),
        ({"/sys/kernel/tracing": Folder()}, debugfs.NO_DEBUGFS),
        ({"/sys/kernel/debug/gpio": b""}, debugfs.NO_REMOTEPROC),
    ],
)
async def test_why_debugfs_shows_nothing_is_said_in_one_sentence(files: dict[str, Entry], sentence: str) -> None:
    facts = await read_processor(MemoryHost(processor(0, "m4") | files), "remoteproc0")
    assert facts.unreadable == (sentence,)
    assert (facts.traces, facts.resource_table, facts.state) == ((), None, State.OFFLINE)


async def test_a_folder_that_is_not_there_yet_is_no_complaint() -> None:
    host = MemoryHost(processor(1, "m4") | {"/sys/kernel/debug/remoteproc/remoteproc0/name": b"x\n"})
    assert (await read_processor(host, "remoteproc1")).unreadable == ()


async def test_a_driver_that_lets_nobody_write_is_told_apart_from_a_lack_of_permission() -> None:
    nobody = await read_processor(MemoryHost(processor(0, "m4", mode=0o444)), "remoteproc0")
    assert (nobody.writable, nobody.read_only) == (False, True)
    user = processor(0, "m4") | {"/proc/self/status": b"Uid:\t1\t1\t1\t1\nGid:\t1\t1\t1\t1\n"}
    other = await read_processor(MemoryHost(user), "remoteproc0")
    assert (other.writable, other.read_only) == (False, False)


async def test_an_older_kernel_has_fewer_attributes_or_has_them_in_debugfs() -> None:
    few = processor(0, "m3", recovery=None, coredump=None, debug={"recovery": b"enabled\n", "name": b"m3\n"})
    facts = await read_processor(MemoryHost(few), "remoteproc0")
    assert (facts.recovery, facts.coredump, facts.unreadable) == ("enabled", None, ())
    files: dict[str, Entry] = {
        f"{DEBUG}/{name}": text for name, text in (("state", b"running\n"), ("firmware", b"e\n"))
    }
    old = await read_processor(MemoryHost(files), "remoteproc0")
    assert (old.state, old.firmware, old.name) == (State.RUNNING, "e", "remoteproc0")


async def test_names_from_the_kernel_cannot_move_the_cursor() -> None:
    facts = await read_processor(MemoryHost(processor(0, "m4", name="\x1b[2Jm4", firmware="a\x9bb")), "remoteproc0")
    assert (facts.name, facts.firmware) == ("\\x1b[2Jm4", "a\\x9bb")


async def test_a_state_that_may_not_be_read_is_unknown_not_gone() -> None:
    host = MemoryHost(processor(0, "soc/10000000.m4") | {f"{OWN}/state": File(error=errno.EACCES)})
    assert (await read_live(host, "remoteproc0")).state is State.UNKNOWN


async def test_a_processor_without_a_state_file_cannot_be_commanded() -> None:
    files = processor(0, "soc/10000000.m4")
    del files[f"{OWN}/state"]
    facts = await read_processor(MemoryHost(files), "remoteproc0")
    assert (facts.state, facts.writable, facts.read_only) == (State.UNKNOWN, False, False)


async def test_a_state_file_that_is_forbidden_altogether_cannot_be_written() -> None:
    facts = await read_processor(MemoryHost(processor(0, "soc/10000000.m4") | {f"{OWN}/state": 13}), "remoteproc0")
    assert (facts.writable, facts.read_only) == (False, False)


async def test_debugfs_that_fails_otherwise_gives_the_errno() -> None:
    host = MemoryHost(processor(0, "m4") | {"/sys/kernel/debug/remoteproc/remoteproc0": errno.EIO})
    facts = await read_processor(host, "remoteproc0")
    assert facts.unreadable == ("debugfs cannot be read: Input/output error (EIO)",)
