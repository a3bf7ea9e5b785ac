from __future__ import annotations

import pytest

from rproc_tui.linux.doctor.check import Check, Status
from rproc_tui.linux.doctor.firmware_folders import INITIAL_PID_NAMESPACE, judge, read_folders
from rproc_tui.linux.doctor.mounts import Mount
from rproc_tui.linux.doctor.processor_class import read_class
from rproc_tui.linux.doctor.visitor import Visitor
from rproc_tui.linux.permissions import Credentials
from tests.linux.board import processor
from tests.linux.memory_host import Entry, Folder, Link, MemoryHost

ROOT = Visitor(Credentials(0, frozenset({0}), overrides=True), {0: "root"}, {0: "root"}, frozenset())
ALICE = Visitor(
    Credentials(1000, frozenset({20}), overrides=False), {0: "root", 1000: "alice"}, {0: "root"}, frozenset()
)
PATH = "/sys/module/firmware_class/parameters/path"
DISK = Mount("/", "ext4", read_only=False)


async def look(
    files: dict[str, Entry], *mounts: Mount, visitor: Visitor = ROOT, there: bool = True
) -> dict[str, Check]:
    folder: dict[str, Entry] = {"/lib/firmware": Folder()} if there else {}
    host = MemoryHost({"/proc/sys/kernel/osrelease": b"6.1\n", **folder, **files})
    found = await read_folders(host, mounts or (DISK,), await read_class(host))
    return {check.name: check for check in judge(found, visitor)}


async def test_the_search_names_the_folders_that_are_there_in_the_kernels_order() -> None:
    checks = await look({"/lib/firmware/updates/6.1": Folder(), PATH: b"/data/fw\n", "/data/fw": Folder()})
    assert checks["search path"].status is Status.OK
    assert checks["search path"].detail == (
        "/data/fw (firmware_class.path), /lib/firmware/updates/6.1, /lib/firmware/updates, /lib/firmware"
    )
    assert checks["new files"].detail == "go to /data/fw"


async def test_a_configured_folder_that_is_not_there_is_broken() -> None:
    checks = await look({PATH: b"/data/\x1bfw\n"})
    assert checks["search path"].status is Status.BROKEN
    assert "/data/\\x1bfw, and there is no such folder" in checks["search path"].detail
    assert checks["new files"].status is Status.MISSING


async def test_a_machine_without_any_firmware_folder_is_told_to_make_one() -> None:
    checks = await look({}, there=False)
    assert {check.status for check in checks.values()} == {Status.MISSING}
    assert "mkdir -p /lib/firmware" in (checks["search path"].cure or "")


async def test_a_folder_behind_links_on_a_read_only_disk_takes_no_new_files() -> None:
    files: dict[str, Entry] = {"/lib": Link("usr/lib"), "/usr/lib/firmware": Folder()}
    checks = await look(files, DISK, Mount("/usr", "squashfs", read_only=True), there=False)
    assert checks["new files"].status is Status.MISSING
    assert "remount,rw /usr`" in (checks["new files"].cure or "")


async def test_a_user_may_not_install_firmware() -> None:
    check = (await look({}, visitor=ALICE))["new files"]
    assert (check.status, check.needed) == (Status.MISSING, False)
    assert "user alice may not write to /lib/firmware (rwxr-xr-x root:root)" in check.detail


@pytest.mark.parametrize(
    ("namespace", "mounts", "status"),
    [
        (None, (DISK,), None),
        (INITIAL_PID_NAMESPACE, (DISK,), None),
        ("pid:[4026532201]", (DISK,), Status.BROKEN),
        ("pid:[4026532201]", (DISK, Mount("/lib/firmware", "ext4", read_only=True)), Status.OK),
    ],
)
async def test_a_containers_firmware_is_not_the_machines_unless_it_is_handed_in(
    namespace: str | None, mounts: tuple[Mount, ...], status: Status | None
) -> None:
    files: dict[str, Entry] = {} if namespace is None else {"/proc/self/ns/pid": Link(namespace)}
    check = (await look(files, *mounts)).get("container")
    assert (None if check is None else check.status) is status


async def test_each_processors_firmware_is_looked_for_as_the_kernel_would() -> None:
    files: dict[str, Entry] = {"/lib/firmware/hub.elf": b"\x7fELF", "/lib/firmware/empty.elf": b""}
    files |= processor(0, "a", name="m4", firmware="hub.elf")
    files |= processor(1, "b", name="dsp", firmware="gone.elf")
    files |= processor(2, "c", name="pru", firmware="empty.elf")
    files |= processor(3, "d", name="r5f", firmware="unknown", state="attached")
    checks = await look(files)
    assert (checks["firmware of m4"].status, checks["firmware of m4"].detail) == (Status.OK, "/lib/firmware/hub.elf")
    assert checks["firmware of dsp"].status is Status.MISSING
    assert checks["firmware of pru"].status is Status.MISSING
    assert "firmware of r5f" not in checks
