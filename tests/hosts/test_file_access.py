"""One write is one command; a file is installed whole or not at all; nobody is waited for."""

from __future__ import annotations

import errno
import fcntl
import os
import pathlib
import signal
import stat

import pytest

from rproc_tui.hosts.file_access import install, is_being_written, read_file, write_once


def test_a_fifo_without_a_writer_is_read_as_empty_and_does_not_block(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert read_file(str(tmp_path / "fifo")) == b""


def test_reading_stops_at_the_limit_even_where_the_file_has_no_end() -> None:
    assert read_file("/dev/zero", limit=10_000) == bytes(10_000)


def test_reading_begins_at_the_offset(tmp_path: pathlib.Path) -> None:
    (tmp_path / "f").write_bytes(b"0123456789")
    assert read_file(str(tmp_path / "f"), offset=4, limit=3) == b"456"


def test_writing_does_not_make_a_file(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_once(str(tmp_path / "state"), b"start")


def test_installing_replaces_a_file_without_touching_the_old_one(tmp_path: pathlib.Path) -> None:
    target = tmp_path / "sub" / "fw.elf"
    install(str(target), b"old")
    target.chmod(0o600)
    with target.open("rb") as reader:
        install(str(target), b"new")
        assert reader.read() == b"old"
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_failed_install_leaves_nothing_behind(tmp_path: pathlib.Path) -> None:
    (tmp_path / "fw.elf").mkdir()
    with pytest.raises(OSError, match="directory") as raised:
        install(str(tmp_path / "fw.elf"), b"new")
    assert raised.value.errno == errno.EISDIR
    assert os.listdir(tmp_path) == ["fw.elf"]


def test_a_file_is_being_written_as_long_as_somebody_has_it_open_for_writing(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "fw.elf"
    with path.open("wb") as writer:
        writer.write(b"half")
        assert is_being_written(str(path))
    assert not is_being_written(str(path))
    with path.open("rb"):
        assert not is_being_written(str(path))


def test_a_writer_who_comes_at_the_moment_of_the_look_does_not_end_the_process(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "fw.elf"
    path.write_bytes(b"build")
    heard: list[int] = []
    before = {
        number: signal.signal(number, lambda got, _: heard.append(got)) for number in (signal.SIGIO, signal.SIGURG)
    }
    real = fcntl.fcntl

    def with_a_writer(descriptor: int, command: int, argument: int) -> int:
        answer = real(descriptor, command, argument)
        if argument == fcntl.F_RDLCK:
            with pytest.raises(BlockingIOError):
                os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        return answer

    monkeypatch.setattr(fcntl, "fcntl", with_a_writer)
    try:
        assert not is_being_written(str(path))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert heard == [signal.SIGURG]


def test_what_has_come_to_a_device_is_read_without_waiting_for_more() -> None:
    master, slave = os.openpty()
    try:
        path = os.ttyname(slave)
        with pytest.raises(BlockingIOError):
            read_file(path)
        os.write(master, b"a line\n")
        assert read_file(path) == b"a line\n"
    finally:
        os.close(master)
        os.close(slave)
