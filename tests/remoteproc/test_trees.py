"""Every file of two real kernels in several states: names, modes, links and texts (where the recorded trees are)."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Callable

import pytest

from rproc_tui.remoteproc.virtual_tree import Directory, Link, VirtualFile
from tests.remoteproc.lab import DEBUG, Lab
from tests.remoteproc.test_observed import SHARED, anonymous, mkfw

TREES = SHARED / "kernel-trees"
pytestmark = pytest.mark.skipif(not TREES.is_dir(), reason="the recorded trees of real kernels are not here")

RECORDED = re.compile(
    r"sys/(class/(remoteproc|rpmsg|devcoredump)|bus/(rpmsg|virtio)/devices|devices/platform/vrproc\.\d|"
    r"devices/virtual/devcoredump|kernel/debug/remoteproc)(/|$)"
)
OTHER_VIRTIO = re.compile(r"sys/bus/virtio/devices/virtio[0-4]$")


def offline(_lab: Lab) -> None:
    """As it was switched on."""


def running(lab: Lab) -> None:
    lab.set("firmware", "good.elf")
    lab.set("state", "start")
    lab.machine.work()


def crashed(lab: Lab) -> None:
    running(lab)
    lab.set("recovery", "disabled")
    lab.write(f"{DEBUG}0/crash", b"2")
    lab.machine.work()


def attached(lab: Lab) -> None:
    lab.reset()
    lab.set("state", "start", 2)


def coredump_pending(lab: Lab) -> None:
    """The third dump since the machine was switched on; core 2 was attached to and stopped before."""
    lab.set("state", "start", 2)
    lab.set("state", "stop", 2)
    running(lab)
    lab.set("coredump", "enabled")
    for crash in range(3):
        lab.write(f"{DEBUG}0/crash", b"2")
        lab.machine.work()
        if crash < 2:
            lab.write(f"/sys/class/devcoredump/devcd{crash + 1}/data", b"1")
            lab.machine.work()


SITUATIONS: dict[str, Callable[[Lab], None]] = {
    "offline": offline,
    "running": running,
    "crashed": crashed,
    "attached": attached,
    "coredump-pending": coredump_pending,
}


def walk(node: object, path: str = "") -> dict[str, tuple[int, str]]:
    """Mode and content (or target) of everything below a folder."""
    out: dict[str, tuple[int, str]] = {}
    if isinstance(node, Directory):
        if RECORDED.match(path):
            out[path] = (node.mode, "")
        for name, child in node.entries().items():
            out.update(walk(child, f"{path}/{name}".lstrip("/")))
    elif RECORDED.match(path):
        if isinstance(node, Link):
            out[path] = (0o777, node.target)
        else:
            assert isinstance(node, VirtualFile)
            readable = node.mode & 0o444 and node.read is not None and not path.endswith("/data")
            content = node.read(0, None) if readable and node.read is not None else b""
            out[path] = (node.mode, comparable(path, content))
    return out


def comparable(path: str, content: bytes) -> str:
    """Text without what differs from run to run: times in traces, addresses."""
    if path.endswith("/trace1"):
        return ""  # whose lines come by the clock
    if re.search(r"/trace\d$", path):
        before_ticks, _, _ = content.decode().partition("tick")
        return re.sub(r"^\[ *[\d.]+\] ", "", before_ticks.rstrip("[. 0123456789]"), flags=re.MULTILINE)
    return anonymous(content).decode()


def recorded(version: str, situation: str) -> dict[str, tuple[int, str]]:
    out = {}
    with tarfile.open(TREES / f"linux-{version}.tar.xz") as archive:
        for member in archive:
            _, _, path = member.name.removeprefix("./").partition("/")
            if not member.name.removeprefix("./").startswith(f"{situation}/") or OTHER_VIRTIO.match(path):
                continue
            if member.issym():
                out[path] = (0o777, member.linkname)
            elif member.isfile():
                file = archive.extractfile(member)
                assert file is not None
                out[path] = (member.mode, comparable(path, file.read()))
            elif RECORDED.match(path):
                out[path] = (member.mode, "")
    return out


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("version", ["6.1", "6.12"])
def test_the_tree_is_the_kernels(version: str, situation: str) -> None:
    lab = Lab(mkfw().everything(), f"v{version}")
    SITUATIONS[situation](lab)
    theirs, ours = recorded(version, situation), walk(lab.files.root)
    assert sorted(ours) == sorted(theirs)
    assert {path: ours[path] for path in ours if ours[path] != theirs[path]} == {}
