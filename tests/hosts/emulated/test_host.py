"""The emulated host answers through the port as a machine with a kernel does."""

from __future__ import annotations

import asyncio
import errno
import pathlib

import pytest

from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.model.file_facts import FileKind
from tests.conformance.patience import DEADLINE, until
from tests.demo_board import demo_board
from tests.plain_board import PlainBoard, firmware

STATE = "/sys/class/remoteproc/remoteproc0/state"
FIRMWARE = "/sys/class/remoteproc/remoteproc0/firmware"
TRACE = "/sys/kernel/debug/remoteproc/remoteproc0/trace0"


async def test_a_processor_boots_and_stops_by_writing_its_state(plain_host: EmulatedHost) -> None:
    assert await plain_host.read(STATE) == b"offline\n"
    await plain_host.write(STATE, b"start\n")
    assert await plain_host.read(STATE) == b"running\n"
    assert await plain_host.read(TRACE) == b"start 1\n"
    await plain_host.write(STATE, b"stop")
    assert await plain_host.read(STATE) == b"offline\n"
    with pytest.raises(FileNotFoundError):
        await plain_host.read(TRACE)


async def test_a_second_start_only_raises_the_power_count(plain_host: EmulatedHost) -> None:
    await plain_host.write(STATE, b"start")
    await plain_host.write(STATE, b"start")
    await plain_host.write(STATE, b"stop")
    assert await plain_host.read(STATE) == b"running\n"
    await plain_host.write(STATE, b"stop")
    assert await plain_host.read(STATE) == b"offline\n"


@pytest.mark.parametrize(
    ("before", "path", "data", "expected"),
    [
        (b"", STATE, b"go", errno.EINVAL),
        (b"", STATE, b"stop", errno.EINVAL),
        (b"start", FIRMWARE, b"other.elf", errno.EBUSY),
        (b"", "/sys/class/remoteproc/remoteproc0/name", b"x", errno.EACCES),
        (b"", "/sys/class/remoteproc/remoteproc9/state", b"start", errno.ENOENT),
    ],
)
async def test_a_refused_write_carries_the_kernels_errno(
    plain_host: EmulatedHost, before: bytes, path: str, data: bytes, expected: int
) -> None:
    if before:
        await plain_host.write(STATE, before)
    with pytest.raises(OSError) as raised:  # noqa: PT011 (the errno is what is compared)
        await plain_host.write(path, data)
    assert raised.value.errno == expected


async def test_missing_firmware_is_told_by_the_kernels_lines(
    plain_host: EmulatedHost, firmware_folder: pathlib.Path
) -> None:
    (firmware_folder / "m4.elf").unlink()
    with pytest.raises(FileNotFoundError):
        await plain_host.write(STATE, b"start")
    log = plain_host.kernel_log()
    text = ""
    while "Boot failed" not in text:
        text = (await anext(log)).text
    assert text == "remoteproc remoteproc0: Boot failed: -2"


async def test_following_a_trace_yields_each_new_content_and_ends_with_the_file(
    plain_host: EmulatedHost, plain_board: PlainBoard
) -> None:
    await plain_host.write(STATE, b"start")
    follow = plain_host.follow(TRACE, 0.0)
    assert await anext(follow) == b"start 1\n"
    plain_board.drivers["m4"].say("more\n")
    assert await anext(follow) == b"start 1\nmore\n"
    await plain_host.write(STATE, b"stop")
    with pytest.raises(StopAsyncIteration):
        await anext(follow)


async def test_a_follower_of_a_still_board_does_not_look(plain_host: EmulatedHost) -> None:
    follow = plain_host.follow(STATE, 0.0)
    assert await anext(follow) == b"offline\n"
    waiting = asyncio.ensure_future(anext(follow))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await plain_host.write(STATE, b"start")
    assert await waiting == b"running\n"


async def test_firmware_lies_in_a_folder_of_this_machine_and_nothing_else_does(
    plain_host: EmulatedHost, firmware_folder: pathlib.Path
) -> None:
    await plain_host.put("/lib/firmware/new/other.elf", firmware())
    assert (firmware_folder / "new" / "other.elf").read_bytes() == firmware()
    assert plain_host.local_path("/lib/firmware/m4.elf") == str(firmware_folder / "m4.elf")
    assert plain_host.local_path(STATE) is None
    assert "m4.elf" in await plain_host.list("/lib/firmware")
    assert (await plain_host.stat("/lib/firmware/m4.elf")).kind is FileKind.REGULAR
    with pytest.raises(OSError, match="ead-only") as raised:
        await plain_host.put("/etc/passwd", b"x")
    assert raised.value.errno == errno.EROFS
    await plain_host.remove("/lib/firmware/new/other.elf")
    assert not (firmware_folder / "new" / "other.elf").exists()


async def test_a_processor_has_a_device_and_the_machine_a_kernel(plain_host: EmulatedHost) -> None:
    assert (await plain_host.link("/sys/class/remoteproc/remoteproc0/device")).endswith("10000000.m4")
    assert await plain_host.read("/proc/sys/kernel/osrelease") == b"6.12.117\n"


async def test_device_events_come_with_what_the_kernel_adds(plain_host: EmulatedHost) -> None:
    await plain_host.read(STATE)
    events = plain_host.uevents()
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    await asyncio.to_thread(plain_host._kernel.uevent, "add", "/devices/x", "remoteproc", {"DEVTYPE": "remoteproc"})
    event = await waiting
    assert (event.action, event.subsystem) == ("add", "remoteproc")
    assert event.properties["DEVPATH"] == "/devices/x"


@pytest.mark.emulator
async def test_a_board_is_switched_off_though_a_recovery_waits_for_its_dump_to_be_read(tmp_path: pathlib.Path) -> None:
    host = demo_board(str(tmp_path))
    await host.write("/sys/class/remoteproc/remoteproc0/coredump", b"inline")
    await host.write("/sys/kernel/debug/remoteproc/remoteproc0/crash", b"1")

    async def waits() -> bool:
        return any(name.startswith("devcd") for name in await host.list("/sys/class/devcoredump"))

    await until(waits, "a dump waits")
    async with asyncio.timeout(DEADLINE):
        await host.close()
    with pytest.raises(FileNotFoundError):
        await host.read(STATE)
