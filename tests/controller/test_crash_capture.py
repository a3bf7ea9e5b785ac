"""Every crash is captured: with recovery or without, with a dump or without, told by the log or by the state alone."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import pathlib
from collections.abc import AsyncIterator

import pytest

from rproc_tui.controller import crash_folder
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.crash_capture import NO_MEMORY
from rproc_tui.controller.crash_folder import folder_names
from rproc_tui.errors import RprocTuiError
from rproc_tui.hosts.base import Host, Progress
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.read_only import ReadOnlyHost
from rproc_tui.linux import paths
from rproc_tui.model.event import EventKind
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import State
from rproc_tui.model.trace_line import TraceLine
from tests.conformance.hosts import emulated
from tests.conformance.images import firmware
from tests.controller.conftest import processor, until
from tests.controller.crash_rig import (
    NAME,
    boot,
    capturing,
    crash,
    next_crash,
    read_json,
    report_crash,
    running,
    settled,
)

FITS = 1000
"""Bytes of a file for which a disk that is nearly full has room."""


@pytest.fixture
def host(tmp_path: pathlib.Path) -> EmulatedHost:
    (tmp_path / "firmware").mkdir()
    return emulated("v6.12", str(tmp_path / "firmware"))


@pytest.fixture
async def controller(host: EmulatedHost, tmp_path: pathlib.Path) -> AsyncIterator[Controller]:
    async with capturing(host, tmp_path / "state") as controller:
        await boot(controller, host)
        yield controller


async def set_mode(controller: Controller, host: Host, attribute: str, word: str) -> None:
    await host.write(paths.attribute(processor(controller, NAME).id, attribute), word.encode())


async def test_a_crash_that_the_kernel_recovers_at_once_leaves_a_report(
    controller: Controller, host: EmulatedHost
) -> None:
    record, folder = await crash(controller, host, crash_type=b"1")
    assert (record.type, record.number, record.processor, record.host) == ("watchdog", 1, NAME, "conformance")
    assert read_json(folder / "report.json")["crash_type"] == "watchdog"
    assert "crash detected in vr-m4: type watchdog" in (folder / "kernel.log").read_text()
    assert "remote processor vr-m4 is now up" in (folder / "kernel.log").read_text()
    assert "Entry" in (folder / "resource_table").read_text()
    assert "Carveout memory entry" in (folder / "carveouts").read_text()


async def test_without_memory_it_says_how_to_have_it_the_next_time(controller: Controller, host: EmulatedHost) -> None:
    record, _ = await crash(controller, host)
    assert record.problems == (NO_MEMORY,)
    await running(controller)
    await set_mode(controller, host, "coredump", "enabled")
    record, _ = await crash(controller, host)
    assert record.problems == ()


async def test_the_firmware_is_copied_with_its_digest(controller: Controller, host: EmulatedHost) -> None:
    record, folder = await crash(controller, host)
    kept = read_json(folder / "capture.json")
    assert (folder / "firmware.elf").read_bytes() == firmware(tick=20)
    assert kept["firmware_sha256"] == kept["loaded_sha256"]
    assert (record.firmware, kept["firmware_size"]) == ("vrproc-0.elf", len(firmware(tick=20)))


def runs(controller: Controller, image: bytes) -> bool:
    facts = controller.firmware(processor(controller, NAME).key)
    return facts is not None and facts.sha256 == hashlib.sha256(image).hexdigest()


async def test_firmware_that_was_replaced_since_the_boot_is_called_another_build(
    controller: Controller, host: EmulatedHost
) -> None:
    next_build = firmware(tick=20, banner="the next build")
    await until(controller, lambda: runs(controller, firmware(tick=20)))
    await host.put("/lib/firmware/vrproc-0.elf", next_build)
    _, folder = await crash(controller, host)
    assert read_json(folder / "report.json")["firmware"]["match"] == "other build"
    await running(controller)
    await until(controller, lambda: runs(controller, next_build))  # the recovery has loaded it
    _, folder = await crash(controller, host)
    assert read_json(folder / "capture.json")["loaded_sha256"] == read_json(folder / "capture.json")["firmware_sha256"]


async def test_crashes_of_one_firmware_share_its_copy(controller: Controller, host: EmulatedHost) -> None:
    _, first = await crash(controller, host)
    await running(controller)
    _, second = await crash(controller, host)
    assert (first / "firmware.elf").stat().st_ino == (second / "firmware.elf").stat().st_ino


async def test_crashes_that_come_too_quickly_are_counted_with_the_next(
    controller: Controller, host: EmulatedHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rproc_tui.controller.crash_recorder.AT_ONCE", 0)
    for number in (1, 2):
        await running(controller)
        await report_crash(controller, host)
        await until(controller, lambda number=number: processor(controller, NAME).crashes == number)  # type: ignore[misc]
    monkeypatch.undo()
    await running(controller)
    record, _ = await crash(controller, host)
    assert (record.number, record.missed) == (3, 2)
    assert [one.number for one in await controller.crash_history()] == [3]


async def test_an_event_says_what_was_captured_and_where(controller: Controller, host: EmulatedHost) -> None:
    _, folder = await crash(controller, host)
    await until(controller, lambda: any(event.kind is EventKind.CAPTURED for event in controller.events))
    (event,) = [event for event in controller.events if event.kind is EventKind.CAPTURED]
    assert str(folder) in event.text
    assert event.processor == processor(controller, NAME).key


async def test_a_dump_is_collected_checked_and_freed(controller: Controller, host: EmulatedHost) -> None:
    await set_mode(controller, host, "coredump", "enabled")
    record, folder = await crash(controller, host)
    assert record.has_dump
    assert (folder / "dump.core").read_bytes()[:4] == b"\x7fELF"
    assert read_json(folder / "report.json")["dump"]["memory_size"] > 0
    assert await host.list("/sys/class/devcoredump") == ["disabled"]


async def test_an_inline_dump_holds_the_recovery_up_no_longer_than_its_collection(
    controller: Controller, host: EmulatedHost
) -> None:
    await set_mode(controller, host, "coredump", "inline")
    record, folder = await crash(controller, host)
    await running(controller)
    assert record.problems == ()
    assert (folder / "dump.core").stat().st_size > 0x8000


async def test_without_recovery_a_later_dump_joins_the_crash_that_it_is_of(
    controller: Controller, host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    await set_mode(controller, host, "recovery", "disabled")
    await set_mode(controller, host, "coredump", "enabled")
    record, folder = await crash(controller, host)
    assert not record.has_dump
    assert read_json(folder / "capture.json")["caught"] is True
    assert (await controller.act(processor(controller, NAME).key, Verb.RECOVER)).ok
    await until(controller, lambda: (last := processor(controller, NAME).last_crash) is not None and last.has_dump)
    await settled(lambda: read_json(folder / "report.json")["dump"]["size"] > 0)
    assert folder_names(str(tmp_path / "state")) == [folder.name]


async def test_what_was_said_of_a_crash_outlasts_the_kernels_log_and_the_ring_until_a_late_dump(
    controller: Controller, host: EmulatedHost
) -> None:
    await set_mode(controller, host, "recovery", "disabled")
    await set_mode(controller, host, "coredump", "enabled")
    _, folder = await crash(controller, host)
    before = {name: (folder / name).read_text() for name in ("kernel.log", "trace.txt")}
    session = controller._find(processor(controller, NAME).key)
    assert session is not None
    session.kernel_log = ()
    session.ring.append([TraceLine("much later", 0.0)] * 10)
    session.ring.capacity_bytes = 1
    assert (await controller.act(session.key, Verb.RECOVER)).ok
    await settled((folder / "dump.core").exists)
    await settled(lambda: read_json(folder / "report.json")["dump"]["size"] > 0)
    assert (folder / "kernel.log").read_text().startswith(before["kernel.log"])
    assert (folder / "trace.txt").read_text().startswith(before["trace.txt"])


async def test_with_read_only_the_kernel_keeps_its_dump_and_we_have_one(
    host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    async with capturing(ReadOnlyHost(host), tmp_path / "state", read_only=True) as controller:
        await host.put("/lib/firmware/vrproc-0.elf", firmware())
        await set_mode(controller, host, "coredump", "enabled")
        await set_mode(controller, host, "state", "start")
        await running(controller)
        record, _ = await crash(controller, host)
        assert record.has_dump
        assert record.problems == ()
        assert "devcd1" in await host.list("/sys/class/devcoredump")


async def test_a_report_about_a_processor_that_is_off_is_no_crash(
    controller: Controller, host: EmulatedHost, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rproc_tui.controller.crash_capture.CERTAIN_WITHIN", 0.05)
    await controller.act(processor(controller, NAME).key, Verb.STOP)
    await report_crash(controller, host)
    await until(controller, lambda: any("crash detected" in event.text for event in controller.events))
    assert controller._recorder is not None
    await controller._recorder._tasks.drain(5)
    assert folder_names(str(tmp_path / "state")) == []
    await boot(controller, host)
    record, _ = await crash(controller, host)
    assert record.number == 1


async def test_capturing_delays_no_action(controller: Controller, host: EmulatedHost) -> None:
    await set_mode(controller, host, "recovery", "disabled")
    await report_crash(controller, host)
    await until(controller, lambda: processor(controller, NAME).state is State.CRASHED)
    outcome = await controller.act(processor(controller, NAME).key, Verb.RECOVER)
    assert outcome.ok
    await next_crash(controller, None)


async def test_a_full_disk_loses_nothing_that_was_kept_and_says_so(
    controller: Controller, host: EmulatedHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, first = await crash(controller, host)
    await running(controller)
    files = {path.name: path.read_bytes() for path in first.iterdir()}

    def full(folder: str, *_arguments: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), folder)

    monkeypatch.setattr("rproc_tui.controller.crash_folder.make_folder", full)
    await report_crash(controller, host)
    record = await next_crash(controller, before)
    assert record.folder is None
    assert record.problems == ("the crash is not kept: the disk is full",)
    assert {path.name: path.read_bytes() for path in first.iterdir()} == files
    assert any("the disk is full" in event.text for event in controller.events)


async def test_a_disk_that_fills_up_keeps_what_it_has_room_for(
    controller: Controller, host: EmulatedHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = crash_folder.write_new

    def nearly_full(path: str, content: bytes) -> None:
        if len(content) > FITS:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        really(path, content)

    monkeypatch.setattr(crash_folder, "write_new", nearly_full)
    record, folder = await crash(controller, host)
    assert (folder / "trace0").exists()
    assert not [path for path in folder.iterdir() if path.stat().st_size > FITS]
    assert "firmware.elf is not kept: the disk is full" in record.problems


async def test_a_dump_larger_than_the_bound_stays_with_the_kernel(host: EmulatedHost, tmp_path: pathlib.Path) -> None:
    async with capturing(host, tmp_path / "state", crashes_most=20_000) as controller:
        await boot(controller, host)
        await set_mode(controller, host, "coredump", "enabled")
        record, folder = await crash(controller, host)
        assert not (folder / "dump.core").exists()
        assert any("more than may be kept" in problem for problem in record.problems)
        assert "devcd1" in await host.list("/sys/class/devcoredump")


class WithoutLog(ReadOnlyHost):
    """A host whose log we may not read; what is written is written."""

    async def write(self, path: str, data: bytes) -> None:
        await self._host.write(path, data)

    async def put(self, path: str, data: bytes, *, progress: Progress | None = None) -> None:
        await self._host.put(path, data, progress=progress)

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM), "/dev/kmsg")
        yield  # makes it an iterator


async def test_without_a_log_the_state_tells(host: EmulatedHost, tmp_path: pathlib.Path) -> None:
    async with capturing(WithoutLog(host), tmp_path / "state") as controller:
        await boot(controller, WithoutLog(host))
        await set_mode(controller, host, "recovery", "disabled")
        record, folder = await crash(controller, host)
        assert (record.type, record.number) == (None, None)
        assert read_json(folder / "capture.json")["caught"] is True


async def test_without_a_log_a_dump_tells_of_a_crash_that_nobody_saw(
    host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    async with capturing(WithoutLog(host), tmp_path / "state", state_every=60.0) as controller:
        await boot(controller, WithoutLog(host))
        await set_mode(controller, host, "coredump", "enabled")
        record, folder = await crash(controller, host)
        assert record.has_dump
        assert (folder / "dump.core").exists()


async def test_a_crash_from_before_we_came_is_captured_once(host: EmulatedHost, tmp_path: pathlib.Path) -> None:
    await host.put("/lib/firmware/vrproc-0.elf", firmware())
    m4 = "remoteproc0"
    for attribute, word in (("recovery", b"disabled"), ("state", b"start")):
        await host.write(paths.attribute(m4, attribute), word)
    await host.write(paths.debug_file(m4, "crash"), b"0")
    while await host.read(paths.attribute(m4, "state")) != b"crashed\n":  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    state = tmp_path / "state"
    async with capturing(Unclosed(host), state) as controller:
        record = await next_crash(controller, None)
        assert (record.type, record.number) == ("mmufault", 1)
    async with capturing(host, state) as controller:
        assert processor(controller, NAME).state is State.CRASHED
        assert processor(controller, NAME).last_crash is None
    assert len(folder_names(str(state))) == 1


class Unclosed(WithoutLog):
    """Somebody else's host: it stays open, and its log can be read."""

    def kernel_log(self) -> AsyncIterator[KernelLine]:
        return self._host.kernel_log()

    async def close(self) -> None:
        return


async def test_the_key_switches_dumps_on_and_the_end_of_the_program_switches_them_off(
    host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    lasting = Unclosed(host)
    async with capturing(lasting, tmp_path / "state") as controller:
        await boot(controller, lasting)
        outcome = await controller.act(processor(controller, NAME).key, Verb.COREDUMP)
        assert outcome.ok
        assert "at its next crash" in outcome.message
        assert processor(controller, NAME).coredump == "enabled"
        m4 = processor(controller, NAME).id
    assert await host.read(paths.attribute(m4, "coredump")) == b"disabled\n"
    await host.close()


async def test_what_somebody_else_has_set_is_left_alone(host: EmulatedHost, tmp_path: pathlib.Path) -> None:
    lasting = Unclosed(host)
    async with capturing(lasting, tmp_path / "state") as controller:
        await boot(controller, lasting)
        await controller.act(processor(controller, NAME).key, Verb.COREDUMP)
        await set_mode(controller, host, "coredump", "inline")
        m4 = processor(controller, NAME).id
    assert await host.read(paths.attribute(m4, "coredump")) == b"inline\n"
    await host.close()


async def test_the_report_can_be_made_again_with_another_firmware(
    controller: Controller, host: EmulatedHost, tmp_path: pathlib.Path
) -> None:
    record, _ = await crash(controller, host)
    assert [one.id for one in await controller.crash_history()] == [record.id]
    assert (await controller.crash_report(record.id)).firmware.name == "vrproc-0.elf"
    (tmp_path / "other.elf").write_bytes(firmware(banner="other"))
    report = await controller.crash_report(record.id, str(tmp_path / "other.elf"))
    assert report.firmware.name == str(tmp_path / "other.elf")
    assert (await controller.crash_evidence(record.id)).processor == NAME
    with pytest.raises(RprocTuiError, match="there is no crash"):
        await controller.crash_report("demo-m4-20200101-000000")


@pytest.mark.parametrize("missing", ["report.json", "kernel.log", "trace.txt", "firmware.elf", "resource_table"])
async def test_a_folder_that_lacks_a_file_still_gives_a_report(
    controller: Controller, host: EmulatedHost, missing: str
) -> None:
    record, folder = await crash(controller, host)
    (folder / missing).unlink(missing_ok=True)
    assert (await controller.crash_report(record.id)).processor == NAME
