"""Open files of a mount: an attribute stays what it was for who reads on, firmware is let go of with each close."""

from __future__ import annotations

import os
import pathlib

import pytest

from rproc_tui.hosts.file_access import is_being_written
from rproc_tui.hosts.mount.open_file import AttributeFile, FirmwareFile


class Attribute:
    """Content that changes with every look."""

    def __init__(self, *contents: bytes, ends: bool = True) -> None:
        self.contents = list(contents)
        self.written: list[bytes] = []
        self.file = AttributeFile(self._read, self.written.append, ends_where_it_ended=ends)

    def _read(self, size: int, offset: int) -> bytes:
        return self.contents.pop(0)[offset : offset + size]


def test_an_attribute_that_changes_while_it_is_read_does_not_change_for_its_reader() -> None:
    file = Attribute(b"running\n", b"offline, now\n").file
    assert [file.read(100, 0), file.read(100, 8)] == [b"running\n", b""]
    assert file.read(100, 0) == b"offline, now\n"


@pytest.mark.parametrize("ends", [True, False])
def test_a_shell_that_reads_byte_by_byte_reads_one_text(ends: bool) -> None:
    file = Attribute(b"running\n", b"offline\n", ends=ends).file
    assert b"".join(file.read(1, offset) for offset in range(8)) == b"running\n"
    assert file.read(1, 0) == b"o"


def test_a_file_longer_than_what_is_read_at_first_is_read_to_its_end() -> None:
    content = bytes(range(256)) * 1024
    file = Attribute(*[content] * 3, ends=False).file
    assert b"".join(file.read(0x2_0000, offset) for offset in (0, 0x2_0000)) == content


def test_a_trace_that_grew_goes_on_behind_the_end_that_was_seen() -> None:
    file = Attribute(b"one\n", b"one\ntwo\n", ends=False).file
    assert [file.read(100, 0), file.read(100, 4)] == [b"one\n", b"two\n"]


def test_every_write_is_a_command_wherever_it_stands() -> None:
    attribute = Attribute()
    assert [attribute.file.write(b"start", 0), attribute.file.write(b"stop", 4096)] == [5, 4]
    assert attribute.written == [b"start", b"stop"]


@pytest.fixture
def place(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "hub.elf"
    path.write_bytes(b"before")
    return path


def test_firmware_is_being_written_from_its_opening_to_its_close(place: pathlib.Path) -> None:
    file = FirmwareFile(str(place), os.O_WRONLY | os.O_TRUNC)
    assert is_being_written(str(place))
    file.write(b"after", 0)
    file.flush()
    assert not is_being_written(str(place))
    assert place.read_bytes() == b"after"
    file.release()


def test_who_writes_on_after_a_close_writes_to_the_same_file_whatever_its_name(place: pathlib.Path) -> None:
    file = FirmwareFile(str(place), os.O_WRONLY)
    file.flush()
    moved = place.rename(place.with_name("moved.elf"))
    place.write_bytes(b"another")
    file.write(b"BEF", 0)
    assert file.status().st_size == 6
    file.release()
    assert (moved.read_bytes(), place.read_bytes()) == (b"BEFore", b"another")


def test_a_file_that_is_made_is_not_cut_off_when_it_is_opened_again(place: pathlib.Path) -> None:
    made = place.with_name("made.elf")
    file = FirmwareFile(str(made), os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    file.write(b"first", 0)
    file.flush()
    assert file.read(100, 0) == b"first"
    file.truncate(3)
    file.release()
    assert made.read_bytes() == b"fir"
