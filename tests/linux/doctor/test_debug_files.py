from __future__ import annotations

import errno

import pytest

from rproc_tui.linux.doctor.check import Check, Status
from rproc_tui.linux.doctor.debug_files import judge, read_debug_files
from rproc_tui.linux.doctor.mounts import Mount
from tests.linux.memory_host import Entry, Folder, MemoryHost

DEBUG = "/sys/kernel/debug"
THERE: dict[str, Entry] = {f"{DEBUG}/remoteproc/remoteproc0": Folder()}


async def look(files: dict[str, Entry], *mounts: Mount, processors: int = 1) -> list[Check]:
    return judge(await read_debug_files(MemoryHost(dict(files)), mounts), processors)


@pytest.mark.parametrize(
    ("files", "words", "cure"),
    [
        ({DEBUG: errno.EACCES}, "only root may read", "run as root"),
        ({DEBUG: errno.EIO}, "EIO", "run as root"),
        ({}, "this kernel has none", "CONFIG_DEBUG_FS=y"),
        ({DEBUG: Folder()}, "not mounted", "`mount -t debugfs none /sys/kernel/debug`"),
        ({DEBUG: Folder(), "/proc/cmdline": b"quiet debugfs=off ro\n"}, "debugfs=off", "boot without debugfs=off"),
        ({DEBUG: Folder(), "/proc/cmdline": b"debugfs=no-mount\n"}, "no-mount", "boot without"),
        ({f"{DEBUG}/usb": Folder()}, "shows no remote processors", "mount -t debugfs"),
    ],
)
async def test_each_way_of_not_having_debugfs_has_its_own_sentence_and_cure(
    files: dict[str, Entry], words: str, cure: str
) -> None:
    (check,) = await look(files)
    assert (check.status, check.needed) == (Status.MISSING, False)
    assert words in check.detail
    assert cure in (check.cure or "")


async def test_debugfs_on_another_place_is_named() -> None:
    (check,) = await look({DEBUG: Folder()}, Mount("/debug\x1b", "debugfs", read_only=False))
    assert "/debug\\x1b" in check.detail


@pytest.mark.parametrize(("files", "processors"), [(THERE, 1), (THERE, 0), ({f"{DEBUG}/usb": Folder()}, 0)])
async def test_what_can_be_read_is_ok(files: dict[str, Entry], processors: int) -> None:
    (check,) = await look(files, processors=processors)
    assert (check.status, check.cure) == (Status.OK, None)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"[none] integrity confidentiality\n", Status.OK),
        (b"none [integrity] confidentiality\n", Status.BROKEN),
        (b"none integrity [confidentiality]\n", Status.BROKEN),
    ],
)
async def test_a_kernel_that_knows_lockdown_tells_whether_it_is_on(text: bytes, status: Status) -> None:
    lockdown, _ = await look({**THERE, "/sys/kernel/security/lockdown": text})
    assert (lockdown.name, lockdown.status) == ("lockdown", status)
