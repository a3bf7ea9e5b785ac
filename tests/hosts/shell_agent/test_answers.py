"""Blocks of dd cover what was asked for; stat and ls of a small machine tell the same facts."""

from __future__ import annotations

import errno
import os
import pathlib
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.hosts.file_access import facts_of
from rproc_tui.hosts.shell_agent.answers import BLOCK_MOST, blocks, file_facts
from rproc_tui.hosts.shell_agent.error_text import error_of
from rproc_tui.hosts.shell_agent.hello import parse

SIZES = st.integers(0, 100_000)


@given(st.integers(0, 10_000), SIZES, SIZES | st.none())
def test_what_dd_reads_in_blocks_holds_what_was_asked_for(size: int, offset: int, limit: int | None) -> None:
    content = os.urandom(size)
    wanted = blocks(offset, limit)
    begin = wanted.skip * wanted.size
    read = content[begin : begin + wanted.count * wanted.size]
    assert wanted.cut(read) == content[offset : None if limit is None else offset + limit]
    assert wanted.size <= BLOCK_MOST
    assert offset - begin < 64


@pytest.mark.parametrize("mode", [0o644, 0o4755, 0o2755, 0o1777, 0o000, 0o6711])
@pytest.mark.parametrize("formatted", [True, False])
def test_the_facts_of_a_file_are_those_of_stat(tmp_path: pathlib.Path, mode: int, *, formatted: bool) -> None:
    path = tmp_path / "a b"
    path.write_bytes(b"12345")
    path.chmod(mode)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    for place in (path, tmp_path):
        stat = ["stat", "-L", "-c", "%f %s %Y %i %u %g", str(place)]
        listing = f'LC_ALL=C ls -lnLid "{place}" && date -r "{place}" +%s'
        text = subprocess.check_output(stat if formatted else ["sh", "-c", listing])
        expected = facts_of(os.stat(place))
        found = file_facts(text, formatted=formatted, path=str(place))
        assert found.mtime_ns == expected.mtime_ns // 10**9 * 10**9
        assert (found.kind, found.mode, found.size, found.inode) == (
            expected.kind,
            expected.mode,
            expected.size,
            expected.inode,
        )


@pytest.mark.parametrize("text", [b"", b"x", b"81a4 1 2\n", b"zz 1 2 3 4 5\n", b"81a4 a b c d e\n", b"\xff\n\n"])
@pytest.mark.parametrize("formatted", [True, False])
def test_what_is_no_answer_of_stat_is_an_error(text: bytes, *, formatted: bool) -> None:
    with pytest.raises(OSError, match="stat") as caught:
        file_facts(text, formatted=formatted, path="/x")
    assert caught.value.errno == errno.EPROTO


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("dd: error writing '/sys/x/state': Device or resource busy\n0+1 records in\n0+0 records out\n", errno.EBUSY),
        ("dd: error writing '/sys/x/state': Resource busy\n", errno.EBUSY),
        ("dd: writing '/sys/x/state': Invalid argument\n", errno.EINVAL),
        ("dd: can't open '/x': No such file or directory\n", errno.ENOENT),
        ("ls: cannot access '/a: Not a directory/b': No such file or directory\n", errno.ENOENT),
        ("stat: can't stat '/x': Not a directory\n", errno.ENOTDIR),
        ("dd: writing 'x': I/O error\n", errno.EIO),
        ("sh: do_dance: not found\n", errno.EIO),
        ("", errno.EIO),
    ],
)
def test_the_words_of_a_command_become_the_errno_behind_them(said: str, number: int) -> None:
    error = error_of(said.encode(), "/x")
    assert (error.errno, error.filename) == (number, "/x")


def test_words_of_another_machine_cannot_move_the_cursor() -> None:
    assert "\x1b" not in str(error_of(b"\x1b[2Jhello\n", "/x"))


def test_a_machine_says_what_it_lacks() -> None:
    full = parse(b"sh=/bin/busybox\ndigest=sha256sum\ngunzip=yes\ngzip=yes\nstat=yes\ntick=0.2\n")
    poor = parse(b"garbage\n\xff=\xff\n")
    assert full.agent == "a shell (busybox)"
    assert len(full.lacks) == 2
    assert len(poor.lacks) == 5
    assert parse(b"sh=/x/\x1b[2J").agent.isprintable()
