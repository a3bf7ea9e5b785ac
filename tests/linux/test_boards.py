"""Boards of many makers, re-made as trees from what they are known to print."""

from __future__ import annotations

import pytest

from rproc_tui.linux.conditions import crash_count
from rproc_tui.linux.discovery import processor_ids
from rproc_tui.linux.facts import ProcessorFacts
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.hosts.log_text import parse_lines
from rproc_tui.linux.names import Called, Names
from rproc_tui.linux.processor import read_processor
from rproc_tui.linux.recognise import recognise
from rproc_tui.model.processor import State
from rproc_tui.model.resource_table import TraceEntry, VdevEntry
from tests.linux.board import PLATFORM, processor
from tests.linux.memory_host import Entry, File, MemoryHost

AM62X_R5F = "bus@f0000/bus@f0000:bus@b00000/bus@f0000:bus@b00000:r5fss@78000000/78000000.r5f"
AM62X_M4F = "bus@f0000/bus@f0000:bus@4000000/5000000.m4fss"
NO_TABLE = {"resource_table": b"No resource table found\n", "carveout_memories": b"", "regs": b"", "single_step": b""}
AM62X_TABLE = b"""\
Entry 0 is of type vdev
  ID 7
  Notify ID 0
  Device features 0x1
  Guest features 0x1
  Config length 0x0
  Status 0x7
  Number of vrings 2
  Reserved (should be zero) [0][0]

  Vring 0
    Device Address 0x9cb00000
    Alignment 4096
    Number of buffers 256
    Notify ID 0
    Physical Address 0x0

  Vring 1
    Device Address 0x9cb04000
    Alignment 4096
    Number of buffers 256
    Notify ID 1
    Physical Address 0x0

Entry 1 is of type trace
  Device Address 0x38000
  Length 0x1000 Bytes
  Reserved (should be zero) [0]
  Name trace:m4fss0_0

"""
J721E = """
    4d80800000.dsp 4d81800000.dsp 64800000.dsp 41000000.r5f 5c00000.r5f b034000.pru b004000.rtu b00a000.txpru
    b038000.pru b006000.rtu b00c000.txpru b134000.pru b104000.rtu 5d00000.r5f b10a000.txpru b138000.pru b106000.rtu
    b10c000.txpru 5e00000.r5f 5f00000.r5f
""".split()  # noqa: SIM905 (a list of twenty lines says no more)


async def read_board(files: dict[str, Entry]) -> list[ProcessorFacts]:
    host = MemoryHost(files)
    return [await read_processor(host, one) for one in await processor_ids(host)]


def spoken(log: bytes, *processors: Called) -> list[KernelFact]:
    names = Names(processors)
    return [fact for line in parse_lines(log) if (fact := recognise(line, names)) is not None]


def debug(**files: Entry) -> dict[str, Entry]:
    return files


async def test_am62x_has_a_running_an_attached_and_two_offline_processors() -> None:
    board = (
        processor(
            0,
            AM62X_M4F,
            name="5000000.m4fss",
            state="running",
            driver="k3-m4-rproc",
            firmware="am62-mcu-m4f0_0-fw",
            recovery="disabled",
            debug=debug(resource_table=AM62X_TABLE, trace0=b""),
        )
        | processor(1, AM62X_R5F, name="78000000.r5f", state="attached", driver=None, firmware="unknown")
        | processor(
            2, "bus@f0000/30040000.pruss/30074000.pru", name="30074000.pru", driver="pru-rproc", debug={**NO_TABLE}
        )
        | processor(
            3, "bus@f0000/30040000.pruss/30078000.pru", name="30078000.pru", driver="pru-rproc", debug={**NO_TABLE}
        )
    )
    facts = await read_board(board)
    assert [one.name for one in facts] == ["5000000.m4fss", "78000000.r5f", "30074000.pru", "30078000.pru"]
    assert [one.state for one in facts] == [State.RUNNING, State.ATTACHED, State.OFFLINE, State.OFFLINE]
    assert [one.core for one in facts] == ["Cortex-M4F", None, "PRU", "PRU"]
    assert [one.registers for one in facts] == [False, False, True, True]
    assert facts[0].resource_table is not None
    assert [type(entry) for entry in facts[0].resource_table.entries] == [VdevEntry, TraceEntry]
    assert facts[1].firmware == "unknown"
    assert (facts[2].resource_table, facts[2].regions) == (None, ())


async def test_j721e_lists_twenty_processors_in_order() -> None:
    board: dict[str, Entry] = {}
    for number, name in enumerate(J721E):
        board |= processor(number, name, name=name, driver=None)
    facts = await read_board(board)
    assert [one.name for one in facts] == J721E
    assert [one.id for one in facts] == [f"remoteproc{number}" for number in range(20)]


async def test_two_processors_of_one_name_stay_two() -> None:
    name = "zynqmp-r5-remoteproc@0"
    facts = await read_board(processor(0, "ff9a0100.r5", name=name) | processor(1, "ff9a0200.r5", name=name))
    assert [one.name for one in facts] == [name, name]
    assert {one.device for one in facts} == {f"{PLATFORM}/ff9a0100.r5", f"{PLATFORM}/ff9a0200.r5"}
    called = [Called(one.id, one.device, one.name) for one in facts]
    said = spoken(b"remoteproc remoteproc1: powering up zynqmp-r5-remoteproc@0\n", *called)
    assert [fact.id for fact in said] == ["remoteproc1"]


async def test_am335x_on_an_older_kernel_lacks_attributes_and_may_pretend_to_be_writable() -> None:
    board = processor(
        2,
        "ocp/44d00000.wkup_m3",
        name="wkup_m3",
        state="running",
        driver="wkup_m3_rproc",
        recovery=None,
        coredump=None,
        mode=0o777,
    )
    (facts,) = await read_board(board)
    assert (facts.id, facts.core, facts.state) == ("remoteproc2", "Cortex-M3", State.RUNNING)
    assert (facts.recovery, facts.coredump, facts.read_only) == (None, None, False)


async def test_v851s_keeps_state_and_firmware_in_debugfs() -> None:
    folder = "/sys/kernel/debug/remoteproc/remoteproc0"
    (facts,) = await read_board({f"{folder}/state": b"offline\n", f"{folder}/firmware": b"e907.elf\n"})
    assert (facts.state, facts.firmware) == (State.OFFLINE, "e907.elf")
    said = spoken(b"[  272.781123]  remoteproc0: powering up e907_rproc\n")
    assert [(fact.kind, fact.id) for fact in said] == [(Kind.POWERING_UP, "remoteproc0")]


async def test_a_qualcomm_phone_shows_processors_without_any_debugfs_content() -> None:
    board: dict[str, Entry] = {}
    states = {"adsp": "running", "gpdsp0": "offline", "cdsp": "running"}
    for number, (name, state) in enumerate(states.items()):
        board |= processor(
            number,
            f"soc/{number}000000.remoteproc",
            name=name,
            state=state,
            driver="qcom_q6v5_pas",
            firmware=f"qcom/qcs8300/{name}.mbn",
            debug=debug(resource_table=b"No resource table found\n"),
        )
    facts = await read_board(board)
    assert {one.name: one.state.value for one in facts} == states
    assert {one.core for one in facts} == {"Hexagon"}
    assert facts[0].firmware == "qcom/qcs8300/adsp.mbn"


async def test_a_32_bit_kernel_prints_short_addresses() -> None:
    text = (
        b"Carveout memory entry:\n\tName: vdev0vring0\n\tVirtual address: 7938acbc\n"
        b"\tDMA address: 0x90000000\n\tDevice address: 0x90000000\n\tLength: 0x8000 Bytes\n\n"
    )
    board = processor(
        0, "imx7d-cm4", name="imx-rproc", state="running", debug=debug(carveout_memories=File(text, 0o400))
    )
    (facts,) = await read_board(board)
    assert [(region.name, region.da, region.size) for region in facts.regions] == [("vdev0vring0", 0x90000000, 0x8000)]


@pytest.mark.parametrize(
    ("log", "kinds"),
    [
        (
            b"""\
[  919.637071] remoteproc remoteproc0: powering up 10800000.dsp
[  919.650495] remoteproc remoteproc0: Booting unspecified pre-loaded fw image
[  919.683836] virtio_rpmsg_bus virtio0: rpmsg host is online
[  919.689355] virtio_rpmsg_bus virtio0: creating channel rpmsg-proto addr 0x3d
[  919.712755] remoteproc remoteproc0: registered virtio0 (type 7)
[  919.718671] remoteproc remoteproc0: remote processor 10800000.dsp is now up
""",
            [Kind.POWERING_UP, Kind.BOOTING, Kind.BUS_ONLINE, Kind.CHANNEL_CREATED, Kind.VIRTIO_REGISTERED, Kind.UP],
        ),
        (
            b"""\
[  162.549297] remoteproc remoteproc0: powering up m4
[  162.588367] remoteproc remoteproc0: Booting fw image stm32mp157c-cmake-template.elf, size 704924
[  162.596199]  mlahb:m4@10000000#vdev0buffer: assigned reserved memory node vdev0buffer@10042000
[  162.615159]  mlahb:m4@10000000#vdev0buffer: registered virtio0 (type 7)
[  162.633298] remoteproc remoteproc0: remote processor m4 is now up
""",
            [Kind.POWERING_UP, Kind.BOOTING, Kind.OTHER, Kind.VIRTIO_REGISTERED, Kind.UP],
        ),
        (
            b"""\
[   12.236665][   T71] remoteproc remoteproc0: powering up gpdsp0
[   12.246169][   T71] remoteproc remoteproc0: Booting fw image qcom/qcs8300/gpdsp0.mbn, size 5984256
[   12.262627][   T71] qcom_q6v5_pas 20c00000.remoteproc: error -22 initializing firmware qcom/qcs8300/gpdsp0.mbn
[   12.274642][   T71] remoteproc remoteproc0: can't start rproc gpdsp0: -22
""",
            [Kind.POWERING_UP, Kind.BOOTING, Kind.OTHER, Kind.STEP_FAILED],
        ),
        (
            b"""\
[   84.896858] imx-rproc imx8qm-cm4-0: Failed to stop remote core
[   84.902759] remoteproc remoteproc0: can't stop rproc: -13
""",
            [Kind.OTHER, Kind.STOP_FAILED],
        ),
        (
            b"""\
[    3.016002] remoteproc remoteproc0: attaching to imx-rproc
[    3.026761] remoteproc remoteproc0: carveout rsc has non zero reserved bytes
[    3.039148] remoteproc remoteproc0: Failed to process resources: -22
[    3.057878] remoteproc remoteproc0: releasing imx-rproc
""",
            [Kind.ATTACHING, Kind.OTHER, Kind.STEP_FAILED, Kind.RELEASED],
        ),
    ],
)
def test_a_boards_log_is_told_of_its_processor_line_by_line(log: bytes, kinds: list[Kind]) -> None:
    devices = ("mlahb:m4@10000000", "20c00000.remoteproc", "imx8qm-cm4-0")
    said = spoken(log, *(Called("remoteproc0", f"{PLATFORM}/{device}", "x", ("virtio0",)) for device in devices))
    assert [fact.kind for fact in said] == kinds
    assert {fact.id for fact in said} == {"remoteproc0"}


def test_the_cause_of_a_crash_is_found_on_the_platform_device() -> None:
    log = b"""\
[  914.087728] qcom-q6v5-mss 4080000.remoteproc: fatal error received: lte_ml1_common_timer.c:390:
[  914.087935] remoteproc remoteproc0: crash detected in 4080000.remoteproc: type fatal error
[  914.103791] remoteproc remoteproc0: recovering 4080000.remoteproc
[  914.756931] remoteproc remoteproc0: remote processor 4080000.remoteproc is now up
[ 1816.487885] remoteproc remoteproc0: handling crash #2 in 4080000.remoteproc
"""
    said = spoken(log, Called("remoteproc0", f"{PLATFORM}/soc/4080000.remoteproc", "4080000.remoteproc"))
    assert (said[0].kind, said[0].detail) == (Kind.FAULT, "fatal error received: lte_ml1_common_timer.c:390:")
    assert {fact.id for fact in said} == {"remoteproc0"}
    assert crash_count(said) == 2


def test_a_journal_without_times_still_counts_crashes() -> None:
    log = b"mobian kernel: remoteproc remoteproc0: handling crash #498 in slpi\n"
    assert crash_count(spoken(log)) == 498
