"""A kernel or a container that keeps something back: each case has its own sentence, and everything else works."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.hosts.base import HostKind
from rproc_tui.linux import debugfs, limits, paths
from rproc_tui.linux.absence import IN_A_CONTAINER, NO_FRAMEWORK, NO_PROCESSOR, NO_SYSFS, NO_TREE, why_none
from rproc_tui.linux.availability import why_not
from rproc_tui.model.kernel_log import KernelLine, Uevent
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import HostState, Processor, State
from tests.linux.board import processor
from tests.linux.memory_host import Entry, Folder, MemoryHost, failure

TRACE = b"tick 1\n"
DUMPS = "/sys/class/devcoredump"
BOARD = processor(0, "soc/10000000.m4", state="running", debug={"trace0": TRACE, "resource_table": b""}) | {
    f"{DUMPS}/disabled": b"0\n"
}
SYS_READ_ONLY = b"overlay / overlay rw,relatime 0 0\nsysfs /sys sysfs ro,nosuid,nodev 0 0\n"


@dataclass
class DeafHost(MemoryHost):
    """A host whose log and events cannot be had."""

    log: int = 0
    """errno; 0: it can be read."""
    events: int = 0

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        if self.log:
            raise failure(self.log, "/dev/kmsg")
        yield KernelLine(0, 1.0, 6, "remoteproc remoteproc0: m4 is available")

    async def uevents(self) -> AsyncIterator[Uevent]:
        if self.events:
            raise failure(self.events, "netlink")
        yield Uevent("add", "/devices/x", "net")


def without(*prefixes: str) -> dict[str, Entry]:
    return {path: entry for path, entry in BOARD.items() if not path.startswith(prefixes)}


async def seen(host: MemoryHost) -> HostState:
    controller = Controller([host], clock=SystemClock(), settings=Settings(rescan_every=5.0))
    try:
        await controller.start()
        return controller.snapshot.hosts[0]
    finally:
        await controller.close()


async def the_processor(host: MemoryHost) -> tuple[Processor, tuple[str, ...]]:
    """It and what is said of its host; whatever is missing, its sysfs files are read."""
    state = await seen(host)
    (found,) = state.processors
    assert (found.name, found.state, found.firmware) == ("m4", State.RUNNING, "fw.elf")
    assert state.error is None
    return found, state.advice


async def test_a_common_kernel_has_nothing_to_tell() -> None:
    found, advice = await the_processor(DeafHost(BOARD))
    assert (advice, found.unreadable, found.traces, found.writable) == ((), (), ("trace0",), True)


@pytest.mark.parametrize(
    ("debug", "sentence"),
    [
        ({}, debugfs.NO_DEBUGFS),
        ({paths.DEBUGFS: Folder()}, debugfs.NOT_MOUNTED),
        ({paths.DEBUGFS: errno.EACCES}, debugfs.NOT_PERMITTED),
        ({f"{paths.DEBUGFS}/clk/name": b""}, debugfs.NO_REMOTEPROC),
    ],
)
async def test_debugfs_that_cannot_be_read_is_told_of_the_host_and_of_each_processor(
    debug: dict[str, Entry], sentence: str
) -> None:
    found, advice = await the_processor(DeafHost(without(paths.DEBUGFS) | debug))
    assert advice == (sentence,)
    assert found.unreadable == (sentence,)
    assert found.traces == ()


async def test_a_locked_down_kernel_shows_its_files_and_takes_no_command_through_them() -> None:
    lockdown = {limits.LOCKDOWN: b"none [integrity] confidentiality\n"}
    found, advice = await the_processor(DeafHost(BOARD | lockdown))
    assert advice == ("the kernel is locked down (integrity): debugfs takes no commands, so no crash on purpose",)
    assert found.traces == ("trace0",)


async def test_a_lockdown_that_is_off_is_not_mentioned() -> None:
    assert (await the_processor(DeafHost(BOARD | {limits.LOCKDOWN: b"[none] integrity confidentiality\n"})))[1] == ()


async def test_a_table_that_the_kernel_gives_nobody_is_told_of_its_processor() -> None:
    table = {"/sys/kernel/debug/remoteproc/remoteproc0/resource_table": errno.EPERM}
    found, _ = await the_processor(DeafHost(BOARD | table))
    assert found.unreadable == (debugfs.LOCKED_DOWN,)


@pytest.mark.parametrize(
    ("dumps", "sentence"), [({}, limits.NO_DUMPS), ({f"{DUMPS}/disabled": b"1\n"}, limits.DUMPS_OFF)]
)
async def test_a_kernel_that_keeps_no_dumps_says_so(dumps: dict[str, Entry], sentence: str) -> None:
    assert (await the_processor(DeafHost(without(DUMPS) | dumps)))[1] == (sentence,)


async def test_in_a_container_with_read_only_sysfs_processors_are_seen_and_not_commanded() -> None:
    found, advice = await the_processor(DeafHost(BOARD | {"/proc/self/mounts": SYS_READ_ONLY}))
    assert advice == (limits.READ_ONLY,)
    assert not found.writable
    assert why_not(found, Verb.STOP) == f"m4 {found.closed}"
    assert "there is no /dev/remoteproc0" in (found.closed or "")
    assert found.notes == frozenset()


async def test_the_character_device_commands_a_processor_where_sysfs_cannot() -> None:
    files = BOARD | {"/proc/self/mounts": SYS_READ_ONLY, "/dev/remoteproc0": b""}
    found, advice = await the_processor(DeafHost(files))
    assert advice == (limits.BY_DEVICE,)
    assert found.writable
    assert (found.closed, why_not(found, Verb.STOP)) == (None, None)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EPERM, "for root only (kernel.dmesg_restrict)"),
        (errno.EACCES, "may not be read by this user"),
        (errno.ENOENT, "there is no kernel log here"),
        (errno.ENODEV, "there is no kernel log here"),
        (errno.EIO, "Input/output error (EIO)"),
    ],
)
async def test_without_the_kernels_log_crashes_are_unknown_and_the_reason_is_told(number: int, words: str) -> None:
    found, advice = await the_processor(DeafHost(BOARD, log=number))
    (sentence,) = advice
    assert words in sentence
    assert "crashes are not counted" in sentence
    assert found.crashes is None


async def test_without_device_events_the_screen_says_how_late_it_is() -> None:
    _, advice = await the_processor(DeafHost(BOARD, events=errno.EPERM, kind=HostKind.LOCAL))
    assert advice == (
        "device events cannot be heard: Operation not permitted (EPERM), so what comes and goes is seen 5 s late",
    )


@pytest.mark.parametrize(
    ("mapped", "inside"),
    [
        (b"         0       1000          1\n         1     100000      65536\n", True),
        (b"         0          0 4294967295\n", False),
        (None, False),
    ],
)
async def test_a_user_namespace_is_recognised_by_its_numbers(mapped: bytes | None, *, inside: bool) -> None:
    files: dict[str, Entry] = {} if mapped is None else {"/proc/self/uid_map": mapped}
    assert await limits.in_user_namespace(MemoryHost(files)) is inside


async def test_several_things_are_told_one_by_one() -> None:
    host = DeafHost(without(paths.DEBUGFS, DUMPS) | {"/proc/self/mounts": SYS_READ_ONLY}, log=errno.ENOENT)
    _, advice = await the_processor(host)
    assert [sentence.split(":")[0][:28] for sentence in advice] == [
        "sysfs is mounted read-only, ",
        "this kernel has no debugfs, ",
        "this kernel has no devcoredu",
        "there is no kernel log here ",
    ]


@pytest.mark.parametrize(
    ("files", "number", "kind", "expected"),
    [
        ({}, None, HostKind.LOCAL, NO_PROCESSOR),
        ({}, errno.ENOENT, HostKind.LOCAL, NO_SYSFS),
        ({}, errno.ENOENT, HostKind.ROOT, NO_TREE),
        ({"/sys/class/net/lo": Folder()}, errno.ENOENT, HostKind.LOCAL, NO_FRAMEWORK),
    ],
)
async def test_why_there_is_no_processor_is_told_apart(
    files: dict[str, Entry], number: int | None, kind: HostKind, expected: object
) -> None:
    error = None if number is None else failure(number, "/sys/class/remoteproc")
    assert await why_none(MemoryHost(files, kind=kind), error) == expected


async def test_a_class_that_may_not_be_listed_is_no_missing_kernel() -> None:
    absence = await why_none(MemoryHost({}), failure(errno.EACCES, "/sys/class/remoteproc"))
    assert absence.error.endswith("Permission denied (EACCES)")
    assert absence.advice[0] == "run as root"


@pytest.mark.parametrize("mark", ["/run/.containerenv", "/.dockerenv", "/run/systemd/container"])
async def test_a_container_is_told_what_to_be_given(mark: str) -> None:
    state = await seen(DeafHost({"/sys/class/net/lo": Folder(), mark: b""}))
    assert state.error == NO_FRAMEWORK.error
    assert IN_A_CONTAINER in state.advice
