"""Where a start looks for the firmware file, and what it answers when it cannot have it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

import pytest

from tests.conformance.images import firmware
from tests.conformance.lines import said
from tests.conformance.machine import FIRMWARE, FIRMWARE_PATH, Machine
from tests.conformance.processor import OK, answer_of


def load_fails(machine: Machine, name: str, number: int) -> list[str]:
    unfit = [f"<4> loading {FIRMWARE}/{name} failed with error -{number}"]
    return said(
        "<6> powering up vr-m4",
        *(unfit if machine.is_6_12 and number != errno.ENOENT else []),
        f"<4> Direct firmware load for {name} failed with error -{number}",
        f"<3> request_firmware failed: -{number}",
        f"<3> Boot failed: -{number}",
    )


def refused(name: str) -> list[str]:
    return said(
        "<6> powering up vr-m4",
        f"<4> Firmware load for '{name}' refused, path contains '..' component",
        "<3> request_firmware failed: -22",
        "<3> Boot failed: -22",
    )


MISSING = ["nosuch.elf", "two words.elf", "no/such/folder.elf", "x" * 255]
DOTS = ["../good.elf", "sub/../good.elf", "good.elf/..", ".."]


@pytest.mark.parametrize("name", MISSING, ids=lambda name: f"{name[:20]} is not there")
async def test_a_missing_file_is_enoent(machine: Machine, name: str) -> None:
    await machine.m4.write("firmware", name)
    place = await machine.now()
    assert await machine.m4.answer("state", "start") == "ENOENT"
    assert await machine.m4.state() == "offline"
    assert await machine.log_since(place) == load_fails(machine, name, errno.ENOENT)


@pytest.mark.parametrize("name", DOTS)
async def test_a_name_that_leads_upwards_is_refused(machine: Machine, name: str) -> None:
    await machine.install("good.elf")
    await machine.m4.write("firmware", name)
    place = await machine.now()
    assert await machine.m4.answer("state", "start") == "EINVAL"
    assert await machine.log_since(place) == refused(name)


@pytest.mark.parametrize("name", ["x" * 256, "x" * 300], ids=lambda name: f"{len(name)} long")
async def test_a_name_that_is_too_long_for_a_file_is_enametoolong(machine: Machine, name: str) -> None:
    await machine.m4.write("firmware", name)
    place = await machine.now()
    assert await machine.m4.answer("state", "start") == "ENAMETOOLONG"
    assert (await machine.log_since(place))[-1:] == said("<3> Boot failed: -36")


async def test_a_name_that_is_too_long_for_a_path_is_enametoolong(machine: Machine) -> None:
    await machine.m4.write("firmware", "/".join(["d" * 200] * 21)[:4090])  # an attribute takes 4096 bytes
    assert await machine.m4.answer("state", "start") == "ENAMETOOLONG"


async def test_an_empty_file_is_einval(machine: Machine) -> None:
    await machine.choose(machine.m4, "empty.elf")
    place = await machine.now()
    assert await machine.m4.answer("state", "start") == "EINVAL"
    assert await machine.log_since(place) == load_fails(machine, "empty.elf", errno.EINVAL)


async def test_a_folder_is_einval(machine: Machine) -> None:
    await machine.install("inside.elf", b"x", f"{FIRMWARE}/conformance-folder")
    await machine.m4.write("firmware", "conformance-folder")
    place = await machine.now()
    assert await machine.m4.answer("state", "start") == "EINVAL"
    assert await machine.log_since(place) == load_fails(machine, "conformance-folder", errno.EINVAL)


def on_this_disk(machine: Machine, name: str) -> str:
    """Where a file of the machine's firmware folder lies here."""
    place = machine.host.local_path(f"{FIRMWARE}/{name}")
    if place is None:
        pytest.skip("only a machine whose files lie on this disk can be given such a file")
    return place


async def test_a_file_that_somebody_still_writes_is_etxtbsy(machine: Machine) -> None:
    await machine.install("upload.elf", firmware())
    path = on_this_disk(machine, "upload.elf")
    await machine.m4.write("firmware", "upload.elf")
    writer = os.open(path, os.O_WRONLY)
    try:
        place = await machine.now()
        assert await machine.m4.answer("state", "start") == "ETXTBSY"
        assert await machine.log_since(place) == load_fails(machine, "upload.elf", errno.ETXTBSY)
    finally:
        os.close(writer)
    assert await machine.m4.answer("state", "start") == OK


@pytest.mark.parametrize("name", ["/good.elf", "//good.elf", "./good.elf"])
async def test_every_name_is_below_the_folder(machine: Machine, name: str) -> None:
    await machine.install("good.elf")
    await machine.m4.write("firmware", name)
    assert await machine.m4.answer("state", "start") == OK


async def test_a_name_may_lie_in_a_folder_of_its_own(machine: Machine) -> None:
    await machine.install("deep.elf", firmware(banner="from below"), f"{FIRMWARE}/conformance/sub")
    await machine.m4.write("firmware", "conformance/sub/deep.elf")
    assert await machine.m4.answer("state", "start") == OK
    await machine.m4.trace_says("from below")


FOLDERS: list[Callable[[str], str]] = [
    lambda _: "/lib/firmware/conformance-path",
    lambda release: f"/lib/firmware/updates/{release}",
    lambda _: "/lib/firmware/updates",
    lambda release: f"/lib/firmware/{release}",
    lambda _: "/lib/firmware",
]
"""In the order of the search; the first is the one that `firmware_class.path` names here."""


@pytest.mark.parametrize("first", range(5), ids=["path", "updates/release", "updates", "release", "firmware"])
async def test_the_folders_are_searched_in_the_kernels_order_from(machine: Machine, first: int) -> None:
    folders = [folder(machine.release) for folder in FOLDERS]
    for index, folder in enumerate(folders[first:], first):
        await machine.install("where.elf", firmware(banner=f"from folder {index}"), folder)
    await machine.host.write(FIRMWARE_PATH, folders[0].encode())
    await machine.m4.write("firmware", "where.elf")
    await machine.m4.write("state", "start")
    await machine.m4.trace_says("from folder")
    assert f"from folder {first}\n" in await machine.m4.read("/trace0")


@pytest.mark.parametrize("written", ["/lib/firmware/a", "/lib/firmware/b\n"], ids=["as it is", "with a newline"])
async def test_the_folder_that_people_set_reads_back_with_a_newline_more(machine: Machine, written: str) -> None:
    await machine.host.write(FIRMWARE_PATH, written.encode())
    assert await machine.host.read(FIRMWARE_PATH) == f"{written}\n".encode()
    assert (await machine.host.stat(FIRMWARE_PATH)).mode == 0o644


@pytest.mark.parametrize("written", ["{}", "{}\n", "{}\nanything"], ids=["as it is", "before a newline", "and text"])
async def test_the_folder_that_people_set_ends_at_its_newline_on_newer_kernels(machine: Machine, written: str) -> None:
    folder = "/lib/firmware/conformance-path"
    await machine.install("there.elf", firmware(banner="from there"), folder)
    await machine.host.write(FIRMWARE_PATH, written.format(folder).encode())
    await machine.m4.write("firmware", "there.elf")
    found = machine.is_6_12 or "\n" not in written
    assert await machine.m4.answer("state", "start") == (OK if found else "ENOENT")
    if found:
        await machine.m4.trace_says("from there")


@pytest.mark.parametrize(("size", "answer"), [(255, OK), (256, "ENOSPC"), (1000, "ENOSPC")])
async def test_the_folder_that_people_set_has_at_most_255_characters(machine: Machine, size: int, answer: str) -> None:
    written = "/lib/firmware/".ljust(size, "f")
    assert await answer_of(machine.host, FIRMWARE_PATH, written.encode()) == answer
    assert await machine.host.read(FIRMWARE_PATH) == (f"{written}\n".encode() if answer == OK else b"\n")


async def test_what_is_wrong_in_an_earlier_folder_is_told_and_passed_over(machine: Machine) -> None:
    await machine.install("twice.elf", b"", "/lib/firmware/updates")
    await machine.install("twice.elf", firmware())
    await machine.m4.write("firmware", "twice.elf")
    place = await machine.now()
    assert await machine.m4.answer("state", "start") == OK
    lines = await machine.log_since(place)
    assert [line for line in lines if "failed with error" in line] in (
        [],
        said("<4> loading /lib/firmware/updates/twice.elf failed with error -22"),
    )


async def test_the_answer_is_that_of_the_last_folder(machine: Machine) -> None:
    await machine.install("odd.elf", b"", "/lib/firmware/updates")
    await machine.m4.write("firmware", "odd.elf")
    assert await machine.m4.answer("state", "start") == "ENOENT"


async def test_the_file_is_read_anew_at_each_start(machine: Machine) -> None:
    await machine.install("new.elf", firmware(banner="the first build"))
    await machine.m4.write("firmware", "new.elf")
    await machine.m4.write("state", "start")
    await machine.m4.trace_says("the first build")
    await machine.m4.write("state", "stop")
    await machine.install("new.elf", firmware(banner="the second build"))
    await machine.m4.write("state", "start")
    await machine.m4.trace_says("the second build")


async def test_a_recovery_reads_the_file_anew(machine: Machine) -> None:
    await machine.start(machine.m4, "new.elf", firmware(banner="the first build"))
    await machine.m4.trace_says("the first build")
    await machine.install("new.elf", firmware(banner="the second build"))
    await machine.m4.crash()
    await machine.m4.trace_says("the second build")
