"""Boards of many makers, re-made as trees of files from what they show, and seen as the program sees them."""

from __future__ import annotations

import argparse
import json
import pathlib

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.commands.command_line import run
from rproc_tui.controller.as_json import list_object
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.local import LocalHost
from rproc_tui.linux.kernel_fact import Kind
from rproc_tui.linux.names import Called, Names
from rproc_tui.linux.recognise import recognise
from rproc_tui.model.processor import HostState, Processor, Snapshot, State
from rproc_tui.model.resource_table import RawEntry
from tests.linux.boards import nxp, others, qualcomm, st, ti
from tests.linux.boards.known_board import Board, Remote, plant

BOARDS = (*ti.BOARDS, *nxp.BOARDS, *st.BOARDS, *qualcomm.BOARDS, *others.BOARDS)

each_board = pytest.mark.parametrize("board", BOARDS, ids=[board.title for board in BOARDS])


async def seen(root: pathlib.Path) -> HostState:
    """What `--root DIR` makes of a folder."""
    controller = Controller([LocalHost(str(root))], clock=SystemClock(), settings=Settings(state_folder=str(root)))
    try:
        await controller.start()
        (host,) = controller.snapshot.hosts
        return host
    finally:
        await controller.close()


@pytest.fixture(scope="module")
def already_seen() -> dict[str, HostState]:
    """By title: what one look at a board gave is good for every question about it."""
    return {}


@pytest.fixture
async def host(board: Board, tmp_path: pathlib.Path, already_seen: dict[str, HostState]) -> HostState:
    if board.title not in already_seen:
        plant(tmp_path, board.files())
        already_seen[board.title] = await seen(tmp_path)
    return already_seen[board.title]


def listed(processor: Processor) -> tuple[object, ...]:
    return (
        processor.id,
        processor.name,
        processor.state.value,
        processor.firmware,
        processor.driver,
        processor.core,
        processor.recovery,
        processor.coredump,
        processor.traces,
        processor.registers,
    )


def expected(remote: Remote) -> tuple[object, ...]:
    return (
        remote.id,
        remote.name,
        remote.state,
        remote.firmware,
        remote.driver or remote.cluster,
        remote.core,
        remote.recovery,
        remote.coredump,
        tuple(f"trace{number}" for number in range(len(remote.traces))),
        "regs" in remote.extra,
    )


@each_board
async def test_every_processor_is_listed_as_it_is_and_in_order(board: Board, host: HostState) -> None:
    assert [listed(processor) for processor in host.processors] == [expected(remote) for remote in board.remotes]
    assert [processor.key.device for processor in host.processors] == [remote.place for remote in board.remotes]
    assert (host.kind, host.error) == ("root", None)


@each_board
async def test_nothing_of_a_board_is_unreadable(board: Board, host: HostState) -> None:
    assert {sentence for processor in host.processors for sentence in processor.unreadable} == set()
    assert len(board.remotes) == len(host.processors)


@each_board
async def test_tables_carveouts_and_reserved_memory_are_read(board: Board, host: HostState) -> None:
    for remote, processor in zip(board.remotes, host.processors, strict=True):
        assert processor.resource_table == remote.table
        given = {(region.da, region.size) for region in remote.reserved}
        rest = [region for region in remote.carveouts if (region.da, region.size) not in given]
        assert processor.regions == (*remote.reserved, *rest)


@each_board
async def test_every_processor_has_its_own_channels(board: Board, host: HostState) -> None:
    for remote, processor in zip(board.remotes, host.processors, strict=True):
        found = {
            (channel.device, channel.name, channel.source, channel.destination, channel.driver, channel.node)
            for channel in processor.rpmsg.channels
        }
        assert found == {
            (one.device, one.name, one.source, one.destination, one.driver, one.node and f"/dev/{one.node}")
            for one in remote.channels
        }


@each_board
async def test_crashes_and_conditions_come_from_the_log(board: Board, host: HostState) -> None:
    crashes = [remote.crashes if board.log else None for remote in board.remotes]
    assert [processor.crashes for processor in host.processors] == crashes
    assert [processor.notes for processor in host.processors] == [remote.notes for remote in board.remotes]


@each_board
async def test_every_line_of_the_log_is_told_of_its_processor(board: Board, tmp_path: pathlib.Path) -> None:
    plant(tmp_path, board.files())
    buses = {remote.id: (*dict(remote.virtio), *dict(remote.virtio).values()) for remote in board.remotes}
    names = Names(Called(remote.id, remote.place, remote.name, buses[remote.id]) for remote in board.remotes)
    log = LocalHost(str(tmp_path)).kernel_log() if board.log else None
    for text, kind, number in board.log:
        assert log is not None
        fact = recognise(await anext(log), names)
        assert fact is not None, text
        assert (fact.kind, fact.id) == (kind, f"remoteproc{number}"), text


@each_board
async def test_the_list_for_programs_holds_every_key_of_every_processor(board: Board, host: HostState) -> None:
    (shown,) = list_object(Snapshot((host,)))["hosts"]
    keys = [tuple(processor) for processor in shown["processors"]]
    assert len(keys) == len(board.remotes)
    assert len(set(keys)) <= 1


async def test_a_number_that_moves_from_boot_to_boot_leaves_the_identity(tmp_path: pathlib.Path) -> None:
    found: list[Processor] = []
    for number in (8, 4):
        board = Board("AM65x", (ti.r5f(number, "41000000.r5f", "am654", state="running"),))
        plant(tmp_path / str(number), board.files())
        host = await seen(tmp_path / str(number))
        found += host.processors
    assert [processor.id for processor in found] == ["remoteproc8", "remoteproc4"]
    assert found[0].key.device == found[1].key.device


async def test_twenty_processors_are_sorted_by_number_and_told_apart_by_kind(tmp_path: pathlib.Path) -> None:
    plant(tmp_path, ti.J721E.files())
    processors = (await seen(tmp_path)).processors
    assert [processor.id for processor in processors] == [f"remoteproc{number}" for number in range(20)]
    kinds = [processor.core for processor in processors]
    counts = {kind: kinds.count(kind) for kind in kinds}
    assert counts == {"C66x": 2, "C71x": 1, "Cortex-R5F": 5, "PRU": 4, "RTU PRU": 4, "TX PRU": 4}


async def test_two_processors_of_one_name_stay_two(tmp_path: pathlib.Path) -> None:
    plant(tmp_path, others.ZYNQMP.files())
    processors = (await seen(tmp_path)).processors
    assert len({processor.name for processor in processors}) == 1
    assert len({processor.key for processor in processors}) == 2


async def test_an_entry_that_the_kernel_does_not_know_stays_in_the_table(tmp_path: pathlib.Path) -> None:
    plant(tmp_path, ti.J721S2.files())
    table = (await seen(tmp_path)).processors[0].resource_table
    assert table is not None
    assert table.entries[0] == RawEntry(0, None, 65538, b"")


async def test_a_kernel_that_keeps_state_and_firmware_in_debugfs_is_understood(tmp_path: pathlib.Path) -> None:
    plant(tmp_path, others.V851S.files())
    (processor,) = (await seen(tmp_path)).processors
    assert (processor.name, processor.state, processor.firmware) == ("e907_rproc", State.OFFLINE, "e907.elf")
    line = await anext(LocalHost(str(tmp_path)).kernel_log())
    fact = recognise(line, Names(()))
    assert fact is not None
    assert (fact.kind, fact.id) == (Kind.POWERING_UP, "remoteproc0")


def no_screen(_options: argparse.Namespace) -> int:
    raise AssertionError("no screen is opened here")


def test_the_command_line_lists_a_folder(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant(tmp_path, ti.AM62X.files())
    assert run(["--root", str(tmp_path), "list", "--json"], no_screen) == 0
    (host,) = json.loads(capsys.readouterr().out)["hosts"]
    states = {one["name"]: one["state"] for one in host["processors"]}
    assert states == {remote.name: remote.state for remote in ti.AM62X.remotes}
    assert run(["--root", str(tmp_path), "show", "78000000.r5f"], no_screen) == 0
    assert "unknown  (loaded before Linux came)" in capsys.readouterr().out
