from __future__ import annotations

import pytest

from rproc_tui.linux.discovery import device_path, number_of, processor_ids
from tests.linux.board import processor
from tests.linux.memory_host import Folder, Link, MemoryHost


async def test_processors_come_in_the_order_of_their_numbers() -> None:
    host = MemoryHost(processor(10, "a") | processor(2, "b") | processor(0, "c"))
    assert await processor_ids(host) == ("remoteproc0", "remoteproc2", "remoteproc10")


async def test_what_is_no_processor_is_left_out() -> None:
    strange = dict.fromkeys(("remoteproc", "remoteprocx", "remoteproc1x", "rpmsg0", "remoteproc\u0661"), Folder())
    host = MemoryHost(processor(3, "a") | {f"/sys/class/remoteproc/{name}": entry for name, entry in strange.items()})
    assert await processor_ids(host) == ("remoteproc3",)


async def test_an_empty_class_has_no_processors() -> None:
    assert await processor_ids(MemoryHost({"/sys/class/remoteproc": Folder()})) == ()


async def test_a_kernel_without_the_class_says_so() -> None:
    with pytest.raises(FileNotFoundError):
        await processor_ids(MemoryHost({"/sys/class/net": Folder()}))


async def test_processors_that_only_debugfs_shows_are_found() -> None:
    host = MemoryHost({"/sys/kernel/debug/remoteproc/remoteproc0/state": b"offline\n"})
    assert await processor_ids(host) == ("remoteproc0",)
    assert await device_path(host, "remoteproc0") == "/sys/class/remoteproc/remoteproc0"


@pytest.mark.parametrize(
    "device",
    [
        "10000000.m4",
        "soc/soc:ahb/5c010000.m4",
        "bus@f0000/bus@f0000:bus@b00000/bus@f0000:bus@b00000:r5fss@78000000/78000000.r5f",
    ],
)
async def test_a_processor_is_known_by_its_parent_device(device: str) -> None:
    host = MemoryHost(processor(0, device))
    assert await device_path(host, "remoteproc0") == f"/sys/devices/platform/{device}"


async def test_a_class_entry_that_is_no_link_tells_its_device_by_the_device_link() -> None:
    folder = "/sys/class/remoteproc/remoteproc0"
    host = MemoryHost({f"{folder}/state": b"offline\n", f"{folder}/device": Link("../../../devices/platform/dsp")})
    assert await device_path(host, "remoteproc0") == "/sys/devices/platform/dsp"


async def test_processors_of_one_name_differ_by_their_devices() -> None:
    host = MemoryHost(processor(0, "r5@0", name="same") | processor(1, "r5@1", name="same"))
    assert await device_path(host, "remoteproc0") != await device_path(host, "remoteproc1")


def test_a_number_is_taken_only_from_a_processors_name() -> None:
    assert number_of("remoteproc12") == 12
    with pytest.raises(ValueError, match="rpmsg0"):
        number_of("rpmsg0")
