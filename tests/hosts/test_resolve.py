"""Links are followed inside the tree, never out of it."""

from __future__ import annotations

import errno

import pytest

from rproc_tui.hosts.resolve import resolve

LINKS = {
    "/sys/class/remoteproc/remoteproc0": "../../devices/platform/m4/remoteproc/remoteproc0",
    "/sys/devices/platform/m4/remoteproc/remoteproc0/device": "../../../m4",
    "/proc/device-tree": "/sys/firmware/devicetree/base",
    "/loop": "loop",
    "/out": "../../../../etc",
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/sys/class/remoteproc/remoteproc0/state", "/sys/devices/platform/m4/remoteproc/remoteproc0/state"),
        ("/sys/class/remoteproc/remoteproc0/device/driver", "/sys/devices/platform/m4/driver"),
        ("/proc/device-tree/model", "/sys/firmware/devicetree/base/model"),
        ("/out/passwd", "/etc/passwd"),
        ("/a/./b/../c//d/", "/a/c/d"),
        ("/../..", "/"),
    ],
)
def test_links_and_dots_are_followed_from_the_root_of_the_tree(path: str, expected: str) -> None:
    assert resolve(path, LINKS.get) == expected


def test_a_link_in_the_last_place_is_kept_when_asked_for() -> None:
    assert resolve("/proc/device-tree", LINKS.get, last=False) == "/proc/device-tree"
    assert resolve("/proc/device-tree/model", LINKS.get, last=False) == "/sys/firmware/devicetree/base/model"


def test_a_loop_of_links_ends_with_the_kernels_errno() -> None:
    with pytest.raises(OSError, match="symbolic") as raised:
        resolve("/loop/x", LINKS.get)
    assert raised.value.errno == errno.ELOOP
