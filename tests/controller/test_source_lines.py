"""Source files found by the names in firmware, and only source files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rproc_tui.controller.source_lines import SourceLines, candidates, parse_mapping
from rproc_tui.errors import UsageError

CANDIDATES = [
    ("/build/src/a.c", [("/build", "/home/me")], ["/home/me/src/a.c", "/build/src/a.c"]),
    ("/building/a.c", [("/build", "/home/me")], ["/building/a.c"]),
    ("/b/src/a.c", [("/b", "/one"), ("/b/src", "/two")], ["/two/a.c", "/one/src/a.c", "/b/src/a.c"]),
    ("/build/../build/./a.c", [("/build/", "/home/me")], ["/home/me/a.c", "/build/a.c"]),
    ("/a.c", [("/", "/rootfs")], ["/rootfs/a.c", "/a.c"]),
    ("src/a.c", [("", "/home/me")], ["/home/me/src/a.c"]),
    ("src/a.c", [("/build", "/home/me")], ["/home/me/src/a.c"]),
    ("../src/a.c", [("../src", "/home/me")], ["/home/me/a.c"]),
    ("../src/a.c", [("", "/home/me")], []),
    ("/etc/shadow", [], []),
    ("/home/me/.ssh/id_ed25519", [("/home", "/home")], []),
    ("/a\0.c", [], []),
]


@pytest.mark.parametrize(("file", "mappings", "expected"), CANDIDATES)
def test_a_name_leads_to_these_files(file: str, mappings: list[tuple[str, str]], expected: list[str]) -> None:
    here = os.path.abspath(file) if "\0" not in file else ""
    found = list(dict.fromkeys(candidates(file, mappings)))
    assert [one for one in found if os.path.isabs(file) or one != here] == expected


def test_lines_around_one_are_cut_at_the_ends_of_the_file(tmp_path: Path) -> None:
    source = tmp_path / "a.c"
    source.write_bytes(b"one\r\n\ttwo\nthr\x1b[31mee\nfour")
    lines = SourceLines([("/build", str(tmp_path))])
    found = lines.excerpt("/build/a.c", 2, before=5, after=1)
    assert found is not None
    assert (found.path, found.first, found.current) == (str(source), 1, 2)
    assert found.lines == ("one", "        two", "thr\\x1b[31mee")
    late = lines.excerpt("/build/a.c", 4, before=1, after=9)
    assert late is not None
    assert (late.first, late.lines) == (3, ("thr\\x1b[31mee", "four"))
    beyond = lines.excerpt("/build/a.c", 400, before=1, after=9)
    assert beyond is not None
    assert beyond.lines[-1] == "four"


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    source = tmp_path / "a.c"
    lines = SourceLines([("", str(tmp_path))])
    for text in ("old", "a newer one"):
        source.write_text(text)
        found = lines.excerpt("a.c", 1, before=0, after=0)
        assert found is not None
        assert found.lines == (text,)


def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.c")
    (tmp_path / "folder.c").mkdir()
    lines = SourceLines()
    for name in ("pipe.c", "folder.c", "missing.c"):
        assert lines.excerpt(str(tmp_path / name), 1, before=0, after=0) is None


def test_a_mapping_is_two_paths_or_a_folder_alone(tmp_path: Path) -> None:
    assert parse_mapping(f"/build={tmp_path}") == ("/build", str(tmp_path))
    assert parse_mapping(str(tmp_path)) == ("", str(tmp_path))
    for wrong in ("", "/build=", f"/build={tmp_path}/missing"):
        with pytest.raises(UsageError):
            parse_mapping(wrong)
