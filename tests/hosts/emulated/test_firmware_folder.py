"""The user's copy of a board's firmware: what the user changed stays, what was shipped follows."""

from __future__ import annotations

import pathlib

import pytest

from rproc_tui.hosts.emulated.firmware_folder import furnish, user_folder


@pytest.fixture
def shipped(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "hub.elf").write_bytes(b"hub 1")
    (folder / "guard.elf").write_bytes(b"guard 1")
    return folder


def test_the_first_time_everything_is_copied(tmp_path: pathlib.Path, shipped: pathlib.Path) -> None:
    furnish(str(tmp_path / "mine"), str(shipped))
    assert (tmp_path / "mine" / "hub.elf").read_bytes() == b"hub 1"


def test_a_later_version_replaces_only_what_the_user_left_alone(tmp_path: pathlib.Path, shipped: pathlib.Path) -> None:
    mine = tmp_path / "mine"
    furnish(str(mine), str(shipped))
    (mine / "hub.elf").write_bytes(b"my own hub")
    (shipped / "hub.elf").write_bytes(b"hub 2")
    (shipped / "guard.elf").write_bytes(b"guard 2")
    furnish(str(mine), str(shipped))
    assert (mine / "hub.elf").read_bytes() == b"my own hub"
    assert (mine / "guard.elf").read_bytes() == b"guard 2"


def test_a_file_of_the_users_own_with_a_shipped_name_is_never_overwritten(
    tmp_path: pathlib.Path, shipped: pathlib.Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "hub.elf").write_bytes(b"there before")
    furnish(str(mine), str(shipped))
    furnish(str(mine), str(shipped))
    assert (mine / "hub.elf").read_bytes() == b"there before"


def test_a_removed_file_comes_back(tmp_path: pathlib.Path, shipped: pathlib.Path) -> None:
    mine = tmp_path / "mine"
    furnish(str(mine), str(shipped))
    (mine / "hub.elf").unlink()
    furnish(str(mine), str(shipped))
    assert (mine / "hub.elf").exists()


def test_a_list_of_digests_that_is_garbage_loses_nothing(tmp_path: pathlib.Path, shipped: pathlib.Path) -> None:
    mine = tmp_path / "mine"
    furnish(str(mine), str(shipped))
    (mine / "hub.elf").write_bytes(b"mine")
    (mine / ".shipped.json").write_bytes(b"[1, 2")
    furnish(str(mine), str(shipped))
    assert (mine / "hub.elf").read_bytes() == b"mine"


def test_the_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert user_folder("demo") == "/data/rproc-tui/demo/firmware"
