"""Paths of the virtual tree answer as sysfs and debugfs do."""

from __future__ import annotations

import errno

import pytest

from rproc_tui.hosts.emulated.file_tree import FileTree
from rproc_tui.model.file_facts import FileKind
from rproc_tui.remoteproc.virtual_tree import Directory, Link, Node, VirtualFile


def folder(**entries: Node) -> Directory:
    return Directory(lambda: entries)


def text(content: bytes, mode: int = 0o644) -> VirtualFile:
    written: list[bytes] = []
    return VirtualFile(mode, lambda offset, limit: content[offset:][:limit], written.append, 4096)


WRITE_ONLY = VirtualFile(0o200, None, lambda _data: None)
READ_ONLY = text(b"unknown\n", 0o444)

TREE = FileTree(
    folder(
        sys=folder(
            devices=folder(m4=folder(state=text(b"offline\n"), locked=READ_ONLY, mute=WRITE_ONLY)),
            **{"class": folder(m4=Link("../devices/m4"), loop=Link("loop"), gone=Link("/nowhere/at/all"))},
            kernel=folder(debug=folder(crash=WRITE_ONLY, name=READ_ONLY)),
        )
    ),
    folder(model=text(b"board\0")),
    "6.12.0",
)


def test_a_link_leads_to_the_device_and_back() -> None:
    assert TREE.reader("/sys/class/m4/state")(0, None) == b"offline\n"
    assert TREE.reader("/sys/class/m4/../../devices/m4/state")(0, None) == b"offline\n"
    assert TREE.link("/sys/class/m4") == "../devices/m4"
    assert TREE.locate("/sys/class/m4/state")[0] == "/sys/devices/m4/state"


def test_the_device_tree_and_the_kernels_name_are_where_linux_has_them() -> None:
    assert TREE.reader("/proc/device-tree/model")(0, None) == b"board\0"
    assert TREE.reader("/proc/sys/kernel/osrelease")(0, None) == b"6.12.0\n"


@pytest.mark.parametrize(
    ("act", "path", "expected"),
    [
        ("reader", "/sys/class/none", errno.ENOENT),
        ("reader", "/sys/class/gone", errno.ENOENT),
        ("reader", "/sys/class/m4", errno.EISDIR),
        ("reader", "/sys/class/m4/state/deeper", errno.ENOTDIR),
        ("reader", "/sys/class/m4/state/..", errno.ENOTDIR),
        ("reader", "/sys/class/m4/state/", errno.ENOTDIR),
        ("reader", "/sys/class/none/deeper", errno.ENOENT),
        ("refuse_new", "/sys/devices/m4/state", errno.EACCES),
        ("refuse_new", "/sys/devices/m4/new", errno.EACCES),
        ("refuse_new", "/sys/devices/m5/new", errno.EPERM),
        ("refuse_new", "/etc/passwd", errno.EROFS),
        ("refuse_removal", "/sys/devices/m4/state", errno.EPERM),
        ("refuse_removal", "/sys/class/m4", errno.EPERM),
        ("refuse_removal", "/sys/devices/m4", errno.EISDIR),
        ("refuse_removal", "/sys/devices/m4/none", errno.ENOENT),
        ("reader", "/sys/class/loop", errno.ELOOP),
        ("reader", "/sys/devices/m4/mute", errno.EACCES),
        ("writer", "/sys/devices/m4/locked", errno.EACCES),
        ("reader", "/sys/kernel/debug/crash", errno.EINVAL),
        ("names", "/sys/devices/m4/state", errno.ENOTDIR),
        ("link", "/sys/devices/m4/state", errno.EINVAL),
        ("stat", "relative", errno.EINVAL),
    ],
)
def test_what_cannot_be_done_has_the_kernels_errno(act: str, path: str, expected: int) -> None:
    with pytest.raises(OSError) as raised:  # noqa: PT011 (the errno is what is compared)
        getattr(TREE, act)(path)
    assert raised.value.errno == expected


def test_root_writes_what_debugfs_marks_read_only_but_not_what_sysfs_does() -> None:
    TREE.writer("/sys/kernel/debug/name")(b"x")
    with pytest.raises(PermissionError):
        TREE.writer("/sys/devices/m4/locked")


def test_stat_tells_folders_from_files() -> None:
    assert TREE.stat("/sys/class/m4").kind is FileKind.DIRECTORY
    state = TREE.stat("/sys/class/m4/state")
    assert (state.kind, state.mode, state.size) == (FileKind.REGULAR, 0o644, 4096)
