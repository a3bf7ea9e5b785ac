"""The folders of crashes on disk: nothing is overwritten, the oldest go first, what is not ours stays."""

from __future__ import annotations

import errno
import os
import pathlib

import pytest

from rproc_tui.controller import crash_folder
from rproc_tui.controller.crash_folder import crashes_folder, folder_names, make_folder, remove_folder, renew, write_new
from rproc_tui.controller.crash_space import FOLDERS_MOST, CrashSpace


def test_crashes_of_one_second_have_folders_of_their_own(tmp_path: pathlib.Path) -> None:
    made = [make_folder(str(tmp_path), "demo", "lab", 1_700_000_000.0) for _ in range(3)]
    assert len(set(made)) == 3
    assert all(crash_folder.is_folder_name(os.path.basename(path)) for path in made)
    assert pathlib.Path(made[0]).stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", "\x1b[2J", "..", "x" * 500, "m4\n"])
def test_names_of_other_machines_stay_below_the_folder(tmp_path: pathlib.Path, name: str) -> None:
    path = make_folder(str(tmp_path), name, name, 0.0)
    assert os.path.dirname(path) == crashes_folder(str(tmp_path))
    assert os.path.basename(path).isprintable()
    assert folder_names(str(tmp_path)) == [os.path.basename(path)]


@pytest.mark.parametrize("name", ["..", ".", "", "x", "demo-lab", "/etc", "demo-lab-20260101-000000/.."])
def test_other_names_are_no_folders_of_crashes(name: str) -> None:
    assert not crash_folder.is_folder_name(name)


def test_a_file_is_never_overwritten(tmp_path: pathlib.Path) -> None:
    path = str(tmp_path / "regs")
    write_new(path, b"first")
    with pytest.raises(FileExistsError):
        write_new(path, b"second")
    assert pathlib.Path(path).read_bytes() == b"first"


def test_a_disk_that_is_full_leaves_the_old_version_and_no_half_of_the_new(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "capture.json")
    write_new(path, b"old")

    def full(_source: str, _target: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        renew(path, b"new")
    assert pathlib.Path(path).read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["capture.json"]


def test_what_somebody_put_into_a_folder_stays_when_the_crash_goes(tmp_path: pathlib.Path) -> None:
    folder = pathlib.Path(make_folder(str(tmp_path), "demo", "lab", 0.0))
    for name in ("capture.json", "dump.core", "trace3", "notes.txt"):
        (folder / name).write_bytes(b"x")
    remove_folder(str(folder))
    assert os.listdir(folder) == ["notes.txt"]


def test_a_link_to_elsewhere_is_no_crash(tmp_path: pathlib.Path) -> None:
    (tmp_path / "crashes").mkdir()
    (tmp_path / "precious").mkdir()
    (tmp_path / "crashes" / "demo-lab-20260101-000000").symlink_to(tmp_path / "precious")
    assert folder_names(str(tmp_path)) == []


def crash(state: pathlib.Path, size: int, wall: float) -> str:
    folder = make_folder(str(state), "demo", "lab", wall)
    write_new(os.path.join(folder, "dump.core"), bytes(size))
    os.utime(folder, (wall, wall))
    return folder


def on_disk(state: pathlib.Path) -> int:
    """Bytes of all crashes; what several share counts once."""
    files = [path.stat() for path in (state / "crashes").rglob("*") if path.is_file()]
    return sum({status.st_ino: status.st_size for status in files}.values())


def test_the_oldest_crashes_make_room_for_the_newest(tmp_path: pathlib.Path) -> None:
    old, middle, new = (crash(tmp_path, 400, wall) for wall in (1000.0, 2000.0, 3000.0))
    space = CrashSpace(str(tmp_path), 1000)
    space.open(new)
    assert space.make_room(0, new)
    assert [os.path.isdir(path) for path in (old, middle, new)] == [False, True, True]
    assert space.make_room(600, new)
    assert not os.path.isdir(middle)
    assert on_disk(tmp_path) == 400


def test_what_is_promised_to_one_crash_is_not_given_to_another(tmp_path: pathlib.Path) -> None:
    one, other = (crash(tmp_path, 100, wall) for wall in (1000.0, 2000.0))
    space = CrashSpace(str(tmp_path), 1000)
    space.open(one)
    space.open(other)
    assert space.make_room(500, one)
    assert not space.make_room(400, other)
    assert space.make_room(300, other)
    assert os.path.isdir(one)
    space.written(500, one)  # it has not taken all of it
    assert space.make_room(400, other)


def test_a_crash_that_is_complete_makes_room_for_the_next(tmp_path: pathlib.Path) -> None:
    space = CrashSpace(str(tmp_path), 1000)
    for number in range(10):
        folder = crash(tmp_path, 0, 1000.0 + number)
        space.open(folder)
        assert space.make_room(400, folder)
        write_new(os.path.join(folder, "memory.core"), bytes(400))
        space.written(400, folder)
        space.close(folder)
        assert on_disk(tmp_path) <= 1000
    assert len(folder_names(str(tmp_path))) == 2


def test_what_can_never_fit_is_refused_and_drops_nothing(tmp_path: pathlib.Path) -> None:
    old, new = (crash(tmp_path, 400, wall) for wall in (1000.0, 2000.0))
    space = CrashSpace(str(tmp_path), 1000)
    space.open(new)
    assert not space.make_room(601, new)
    assert os.path.isdir(old)
    assert os.path.isdir(new)


def test_firmware_that_crashes_share_counts_once(tmp_path: pathlib.Path) -> None:
    first = crash(tmp_path, 10, 1000.0)
    write_new(os.path.join(first, "firmware.elf"), bytes(500))
    newest = first
    for number in range(5):
        newest = crash(tmp_path, 10, 2000.0 + number)
        os.link(os.path.join(first, "firmware.elf"), os.path.join(newest, "firmware.elf"))
    space = CrashSpace(str(tmp_path), 600)
    space.open(newest)
    assert space.make_room(0, newest)
    assert on_disk(tmp_path) == 560
    assert os.path.isdir(first)


def test_the_number_of_folders_is_bounded_too(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rproc_tui.controller.crash_space.FOLDERS_MOST", 5)
    space = CrashSpace(str(tmp_path), 10**9)
    for number in range(9):
        folder = crash(tmp_path, 1, 1000.0 + number)
        space.open(folder)
        assert space.make_room(0, folder)
        space.close(folder)
    assert len(folder_names(str(tmp_path))) == 5
    assert FOLDERS_MOST == 1000
