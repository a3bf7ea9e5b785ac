"""A log file is followed where the kernel's own log may not be read: only the kernel's lines, only of this boot."""

from __future__ import annotations

import asyncio
import os
import pathlib

import pytest

from rproc_tui.hosts import log_file
from rproc_tui.hosts.kernel_log import lines
from rproc_tui.hosts.local import LocalHost

POWERING_UP = "remoteproc remoteproc0: powering up m4"
FOLLOWING = 10.0
"""Seconds after which a line that does not come is a failure."""


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "EVERY", 0.005)


def write(root: pathlib.Path, path: str, content: str) -> pathlib.Path:
    file = root / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


async def texts(root: pathlib.Path, count: int) -> list[str]:
    log = LocalHost(str(root)).kernel_log()
    return [(await asyncio.wait_for(anext(log), FOLLOWING)).text for _ in range(count)]


@pytest.mark.parametrize("path", log_file.PLACES)
async def test_a_folder_with_a_log_file_has_a_kernel_log(tmp_path: pathlib.Path, path: str) -> None:
    write(tmp_path, path, f"[    1.000000] {POWERING_UP}\n")
    assert await texts(tmp_path, 1) == [POWERING_UP]


def test_a_folder_without_a_log_file_has_none(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError):
        LocalHost(str(tmp_path)).kernel_log()


async def test_the_kernels_own_file_comes_before_everybodys(tmp_path: pathlib.Path) -> None:
    write(tmp_path, "/var/log/dmesg", "[    0.000000] boot\n")
    write(tmp_path, "/var/log/messages", "Nov 20 09:02:11 am62 kernel: all\n")
    write(tmp_path, "/var/log/kern.log", "Nov 20 09:02:11 am62 kernel: own\n")
    assert await texts(tmp_path, 1) == ["own"]


async def test_a_file_of_an_earlier_boot_is_left_alone(tmp_path: pathlib.Path) -> None:
    os.utime(write(tmp_path, "/var/log/kern.log", "[    1.000000] old\n"), (1000.0, 1000.0))
    write(tmp_path, "/var/log/dmesg", "[    1.000000] new\n")
    write(tmp_path, "/proc/stat", "cpu 1 2 3\nbtime 2000\n")
    assert await texts(tmp_path, 1) == ["new"]


async def test_lines_of_other_programs_are_not_the_kernels(tmp_path: pathlib.Path) -> None:
    write(
        tmp_path,
        "/var/log/messages",
        "Nov 20 09:02:11 am62 sshd[7]: kernel: remoteproc remoteproc0: crash detected in m4: type watchdog\n"
        "Nov 20 09:02:11 am62 user: remoteproc remoteproc0: crash detected in m4: type watchdog\n"
        f"Nov 20 09:02:12 am62 kern.info kernel: [    2.000000] {POWERING_UP}\n",
    )
    assert await texts(tmp_path, 1) == [POWERING_UP]


async def test_earlier_boots_in_the_same_file_are_left_out(tmp_path: pathlib.Path) -> None:
    boot = "Nov 20 09:02:11 am62 kernel: [    0.000000] Linux version 6.12.1\n"
    old = "Nov 20 09:02:12 am62 kernel: [    5.000000] remoteproc remoteproc0: handling crash #7 in m4\n"
    write(tmp_path, "/var/log/kern.log", f"{boot}{old}{boot}Nov 20 09:03:00 am62 kernel: [    1.000000] now\n")
    assert (await texts(tmp_path, 2))[1] == "now"


async def test_only_the_end_of_a_huge_file_is_read(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "TAIL_MOST", 60)
    write(tmp_path, "/var/log/kern.log", "[    1.000000] x\n" * 100 + "[    2.000000] last\n")
    assert await texts(tmp_path, 3) == ["x", "x", "last"]


async def test_lines_that_are_added_come_when_they_are_whole(tmp_path: pathlib.Path) -> None:
    file = write(tmp_path, "/var/log/kern.log", "[    1.000000] one\n")
    log = LocalHost(str(tmp_path)).kernel_log()
    assert (await anext(log)).text == "one"
    with file.open("a") as end:
        end.write("[    2.000000] tw")
        end.flush()
        second = asyncio.ensure_future(anext(log))
        await asyncio.sleep(0)
        end.write("o\n")
    assert (await asyncio.wait_for(second, FOLLOWING)).text == "two"


async def test_a_file_that_is_rotated_or_cut_is_followed_on(tmp_path: pathlib.Path) -> None:
    file = write(tmp_path, "/var/log/kern.log", "[    1.000000] one\n")
    log = LocalHost(str(tmp_path)).kernel_log()
    assert (await anext(log)).text == "one"
    file.rename(file.with_suffix(".1"))
    write(tmp_path, "/var/log/kern.log", "[    2.000000] two, in a new file\n")
    assert (await asyncio.wait_for(anext(log), FOLLOWING)).text == "two, in a new file"
    file.write_text("[    3.000000] three\n")
    assert (await asyncio.wait_for(anext(log), FOLLOWING)).text == "three"


async def test_without_dev_kmsg_the_file_is_taken(tmp_path: pathlib.Path) -> None:
    write(tmp_path, "/var/log/kern.log", f"[    1.000000] {POWERING_UP}\n")
    assert (await anext(lines(lambda path: f"{tmp_path}{path}"))).text == POWERING_UP


async def test_without_either_the_error_is_that_of_dev_kmsg(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError, match="kmsg"):
        await anext(lines(lambda path: f"{tmp_path}{path}"))


@pytest.mark.parametrize("content", ["", "not a record\n"])
async def test_a_file_under_the_name_of_dev_kmsg_is_not_the_log(tmp_path: pathlib.Path, content: str) -> None:
    write(tmp_path, "/dev/kmsg", content)
    with pytest.raises(OSError, match="No such device"):
        await anext(lines(lambda path: f"{tmp_path}{path}"))
