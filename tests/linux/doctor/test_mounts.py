from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.linux.doctor.mounts import Mount, covering, parse, read_mounts, real_path
from tests.linux.memory_host import Folder, Link, MemoryHost

MOUNTS = parse(
    b"/dev/root / ext4 rw,relatime 0 0\n"
    b"sysfs /sys sysfs ro,nosuid 0 0\n"
    b"debugfs /sys/kernel/debug debugfs rw 0 0\n"
    b"/dev/sda1 /usr ext4 ro 0 0\n"
    b"tmpfs /media/a\\040disk tmpfs rw 0 0\n"
)


@pytest.mark.parametrize(
    ("path", "place", "read_only"),
    [
        ("/lib/firmware", "/", False),
        ("/sys/class/remoteproc", "/sys", True),
        ("/sys/kernel/debug", "/sys/kernel/debug", False),
        ("/system", "/", False),
        ("/usr/lib/firmware", "/usr", True),
        ("/media/a disk/x", "/media/a disk", False),
    ],
)
def test_a_path_is_on_the_mount_that_is_nearest_above_it(path: str, place: str, *, read_only: bool) -> None:
    mount = covering(MOUNTS, path)
    assert mount is not None
    assert (mount.place, mount.read_only) == (place, read_only)


def test_of_two_on_one_place_the_later_counts() -> None:
    over = (Mount("/", "ext4", read_only=True), Mount("/", "overlay", read_only=False))
    assert covering(over, "/etc") == over[1]


async def test_a_machine_that_tells_nothing_has_no_mounts() -> None:
    assert await read_mounts(MemoryHost({})) == ()
    assert covering((), "/sys") is None


@pytest.mark.parametrize(
    ("files", "path", "real"),
    [
        ({"/lib": Link("usr/lib")}, "/lib/firmware", "/usr/lib/firmware"),
        ({"/lib": Link("usr/lib"), "/usr/lib/firmware": Link("/data/fw")}, "/lib/firmware/x", "/data/fw/x"),
        ({"/lib/firmware": Folder()}, "/lib/firmware", "/lib/firmware"),
    ],
)
async def test_links_on_the_way_are_followed(files: dict[str, Link], path: str, real: str) -> None:
    assert await real_path(MemoryHost(dict(files)), path) == real


async def test_links_in_a_circle_come_to_an_end() -> None:
    class Circle(MemoryHost):
        async def link(self, path: str) -> str:
            return "/b" if path == "/a" else "/a"

    assert await real_path(Circle({}), "/a") in ("/a", "/b")


@given(st.binary(max_size=200))
def test_nothing_raises(data: bytes) -> None:
    covering(parse(data), "/sys")
