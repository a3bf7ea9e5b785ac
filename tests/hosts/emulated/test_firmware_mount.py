"""The kernel's view of the firmware folder: its errno, and nothing outside the folder."""

from __future__ import annotations

import errno
import os
import pathlib

import pytest

from rproc_tui.hosts.emulated.firmware_mount import FirmwareMount


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("/lib/firmware", ""),
        ("/lib/firmware/hub.elf", "hub.elf"),
        ("/lib/firmware/updates/6.12/a/b.elf", "updates/6.12/a/b.elf"),
        ("/lib/firmware/../firmware/hub.elf", "hub.elf"),
    ],
)
def test_paths_below_the_mount_point_are_in_the_folder(path: str, inside: str) -> None:
    assert FirmwareMount("/home/me/fw").place(path) == os.path.join("/home/me/fw", inside).rstrip("/")


@pytest.mark.parametrize("path", ["/lib", "/etc/passwd", "/lib/firmware/../../etc/passwd", "/lib/firmwarex"])
def test_no_other_path_is(path: str) -> None:
    assert FirmwareMount("/home/me/fw").place(path) is None


def test_what_the_kernel_refuses_to_load_is_refused_with_its_errno(tmp_path: pathlib.Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "open").write_bytes(b"x")
    mount = FirmwareMount(str(tmp_path))
    with (tmp_path / "open").open("ab"):
        for name, expected in {
            "empty": errno.EINVAL,
            "folder": errno.EINVAL,
            "fifo": errno.EINVAL,
            "open": errno.ETXTBSY,
            "none": errno.ENOENT,
        }.items():
            with pytest.raises(OSError) as raised:  # noqa: PT011 (the errno is what is compared)
                mount.read_as_kernel(f"/lib/firmware/{name}")
            assert raised.value.errno == expected, name
    assert mount.read_as_kernel("/lib/firmware/open") == b"x"
