from __future__ import annotations

import gzip

from rproc_tui.hosts.base import HostKind
from rproc_tui.linux.doctor.check import Check, Status, all_well
from rproc_tui.linux.doctor.examine import Examination, examine
from rproc_tui.linux.doctor.udev_rule import TEXT
from tests.linux.board import processor
from tests.linux.memory_host import Entry, File, Folder, MemoryHost

CONFIG = "".join(
    f"CONFIG_{name}=y\n"
    for name in (
        *("REMOTEPROC", "REMOTEPROC_CDEV", "RPMSG_VIRTIO", "RPMSG_CHAR", "RPMSG_CTRL", "RPMSG_TTY"),
        *("DEV_COREDUMP", "DEBUG_FS", "FW_LOADER_COMPRESS", "FW_LOADER_COMPRESS_ZSTD"),
    )
)
USER = b"Uid:\t1000\t1000\t1000\t1000\nGid:\t100\t100\t100\t100\nGroups:\t\nCapEff:\t0000000000000000\n"
ROOT = b"Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t0\nCapEff:\t000001ffffffffff\n"


def board(status: bytes) -> dict[str, Entry]:
    return {
        **processor(0, "10000000.m4", debug={}),
        **processor(1, "44d00000.wkup_m3", name="wkup_m3", mode=0o444, debug={}),
        "/proc/self/status": status,
        "/proc/self/mounts": b"/dev/root / ext4 rw 0 0\nsysfs /sys sysfs rw 0 0\n",
        "/proc/sys/kernel/osrelease": b"6.12.20\n",
        "/proc/config.gz": gzip.compress(CONFIG.encode()),
        "/etc/passwd": b"alice:x:1000:100::/:/bin/sh\n",
        "/run/udev/control": File(),
        "/sys/class/devcoredump/disabled": b"0\n",
        "/lib/firmware/fw.elf": b"\x7fELF",
        "/dev/rpmsg_ctrl0": File(mode=0o600),
    }


async def look(files: dict[str, Entry], kind: HostKind = HostKind.LOCAL) -> tuple[Examination, dict[str, Check]]:
    host = MemoryHost(files, kind=kind)
    found = await examine(host)
    assert host.writes == []
    return found, {check.name: check for check in found.checks}


async def test_a_board_that_lacks_nothing_is_well_for_root() -> None:
    found, checks = await look(board(ROOT))
    assert [name for name, check in checks.items() if check.status is not Status.OK] == []
    assert (found.kernel, found.rule) == ("6.12.20", None)


async def test_a_user_gets_the_rule_for_what_is_closed() -> None:
    found, checks = await look(board(USER))
    closed = [name for name, check in checks.items() if check.by_rule]
    assert closed == ["m4 (remoteproc0)", "/dev/rpmsg_ctrl0"]
    assert found.rule is not None
    assert found.rule.text == TEXT
    assert found.rule.commands[-1].startswith("sudo usermod -aG remoteproc alice")
    assert not all_well(found.checks)


async def test_where_no_udev_runs_no_rule_is_offered() -> None:
    files = board(USER)
    del files["/run/udev/control"]
    found, checks = await look(files)
    assert found.rule is None
    assert "as `udev` above says" in (checks["m4 (remoteproc0)"].cure or "")
    assert "chmod g=u */state */firmware" in (checks["udev"].cure or "")
    names = list(checks)
    assert names.index("udev") < names.index("m4 (remoteproc0)")


async def test_a_folder_of_files_is_asked_only_what_it_can_tell() -> None:
    files = processor(0, "10000000.m4", debug={}) | {"/lib/firmware": Folder()}
    found, checks = await look(files, HostKind.ROOT)
    assert not {"kernel log", "device events", "configuration", "udev", "sysfs"} & set(checks)
    assert checks["m4 (remoteproc0)"].detail == "you may command it"
    assert found.kernel is None


async def test_a_machine_that_tells_nothing_is_examined_all_the_same() -> None:
    found, checks = await look({})
    assert checks["remoteproc class"].status is Status.MISSING
    assert not all_well(found.checks)
    assert all(check.cure for check in found.checks if check.status is not Status.OK)
