"""What one switch of the kernel tells: dumps, the firmware helper, how sysfs is mounted, the class itself."""

from __future__ import annotations

import pytest

from rproc_tui.linux.doctor import dumps, processor_class, sysfs, user_helper
from rproc_tui.linux.doctor.check import Check, Status, Topic, all_well
from rproc_tui.linux.doctor.mounts import Mount
from tests.linux.board import processor
from tests.linux.memory_host import Entry, File, Folder, MemoryHost

DISABLED = "/sys/class/devcoredump/disabled"


@pytest.mark.parametrize(
    ("files", "status"),
    [({DISABLED: b"0\n"}, Status.OK), ({DISABLED: b"1\n"}, Status.BROKEN), ({}, Status.MISSING)],
)
async def test_dumps_are_kept_unless_the_kernel_cannot_or_was_told_not_to(
    files: dict[str, Entry], status: Status
) -> None:
    check = dumps.judge(await dumps.read_disabled(MemoryHost(files)))
    assert check.status is status
    assert (check.cure is None) is (status is Status.OK)


@pytest.mark.parametrize(
    ("force", "ignore", "config", "status"),
    [
        (b"1\n", b"0\n", None, Status.BROKEN),
        (b"1\n", b"1\n", None, Status.OK),
        (b"0\n", b"0\n", {"FW_LOADER_USER_HELPER_FALLBACK": "y"}, Status.OK),
        (None, None, {"FW_LOADER_USER_HELPER_FALLBACK": "y"}, Status.BROKEN),
        (None, None, {"FW_LOADER_USER_HELPER": "y"}, Status.OK),
        (None, None, None, None),
    ],
)
async def test_a_start_that_may_wait_for_a_helper_is_told_by_its_switch_before_the_kernels_options(
    force: bytes | None, ignore: bytes | None, config: dict[str, str] | None, status: Status | None
) -> None:
    files = {user_helper.FORCE: force, user_helper.IGNORE: ignore, user_helper.TIMEOUT: b"30\n"}
    host = MemoryHost({path: text for path, text in files.items() if text is not None})
    checks = user_helper.judge(await user_helper.read_user_helper(host), config)
    assert [check.status for check in checks] == ([] if status is None else [status])
    if status is Status.BROKEN:
        assert "up to 30 s" in checks[0].detail


async def test_a_sysfs_that_is_mounted_read_only_is_broken_for_every_action() -> None:
    mounted, udev = sysfs.judge(await sysfs.read_sysfs(MemoryHost({}), (Mount("/sys", "sysfs", read_only=True),)))
    assert (mounted.status, mounted.needed) == (Status.BROKEN, True)
    assert (udev.status, udev.needed) == (Status.MISSING, False)


async def test_a_running_udev_is_seen_by_its_socket() -> None:
    host = MemoryHost({"/run/udev/control": File()})
    checks = sysfs.judge(await sysfs.read_sysfs(host, (Mount("/sys", "sysfs", read_only=False),)))
    assert {check.status for check in checks} == {Status.OK}


async def test_where_nothing_is_told_of_mounts_nothing_is_said() -> None:
    assert sysfs.judge(await sysfs.read_sysfs(MemoryHost({}), ())) == []


async def test_processors_are_counted_and_named() -> None:
    files = {path: entry for one in range(8) for path, entry in processor(one, f"d{one}", name=f"p{one}").items()}
    check = processor_class.judge(await processor_class.read_class(MemoryHost(files)), None, frozenset())
    assert (check.status, check.detail) == (Status.OK, "8 processors: p0, p1, p2, p3, p4, p5 and 2 more")


async def test_an_empty_class_names_the_devices_whose_drivers_wait() -> None:
    deferred = b"10000000.m4\tstm32-rproc: waiting for mailbox\n\x1b[2Jx\n"
    host = MemoryHost({"/sys/class/remoteproc": Folder(), "/sys/kernel/debug/devices_deferred": deferred})
    check = processor_class.judge(await processor_class.read_class(host), None, frozenset())
    assert (check.status, check.needed) == (Status.MISSING, True)
    assert "10000000.m4, \\x1b[2Jx" in check.detail


@pytest.mark.parametrize(
    ("config", "loaded", "words"),
    [
        ({}, set(), "build the kernel with CONFIG_REMOTEPROC=y"),
        ({"REMOTEPROC": "m"}, set(), "modprobe"),
        ({"REMOTEPROC": "m"}, {"remoteproc"}, "load the driver"),
        (None, set(), "or build the kernel"),
    ],
)
async def test_a_kernel_without_the_class_says_what_would_bring_it(
    config: dict[str, str] | None, loaded: set[str], words: str
) -> None:
    check = processor_class.judge(await processor_class.read_class(MemoryHost({})), config, frozenset(loaded))
    assert (check.status, check.needed) == (Status.MISSING, True)
    assert words in (check.cure or "")


def test_only_what_an_action_needs_counts() -> None:
    ok = Check(Topic.KERNEL, "a", Status.OK, "", needed=True)
    lacking = Check(Topic.KERNEL, "b", Status.MISSING, "")
    needed = Check(Topic.KERNEL, "c", Status.BROKEN, "", needed=True)
    assert all_well([ok, lacking])
    assert not all_well([ok, needed])
