"""`diff`: two files side by side, or why they cannot be compared."""

from __future__ import annotations

import pathlib
import re

from rproc_tui.emulator import firmware as demo_firmware
from tests.commands.conftest import Run
from tests.firmware.images import Image, Load, Section


def write(path: pathlib.Path, text: int) -> str:
    code = b"\x70\x47" * text
    path.write_bytes(Image(loads=(Load(data=code),), sections=(Section(".text", code, 0x10000000, load=0),)).build())
    return str(path)


def test_what_changed_is_told_in_words_with_the_summary_first(run: Run, tmp_path: pathlib.Path) -> None:
    ran = run("diff", write(tmp_path / "old.elf", 10), write(tmp_path / "new.elf", 14))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("old.elf → new.elf: text +8 B, table unchanged\nLinux takes both\n")
    assert ".text" in ran.out


def test_a_symbol_that_only_moved_is_told_with_its_size_and_both_places(run: Run) -> None:
    builds = pathlib.Path(demo_firmware.__path__[0]) / "build"
    ran = run("diff", str(builds / "hub.elf"), str(builds / "hub-next.elf"))
    assert re.search(r"^ +4 KiB moved  trace_buffer  0x[0-9a-f]{8} → 0x[0-9a-f]{8}$", ran.out, re.MULTILINE)


def test_for_programs_it_is_one_object(run: Run, tmp_path: pathlib.Path) -> None:
    ran = run("diff", "--json", write(tmp_path / "old.elf", 10), write(tmp_path / "new.elf", 14))
    shown = ran.json()
    assert (ran.code, shown["schema"], shown["same"]) == (0, "rproc-tui/diff", False)
    assert [change["new"]["size"] for change in shown["sections"] if change["new"]["name"] == ".text"] == [28]


def test_the_same_file_twice_is_the_same(run: Run, tmp_path: pathlib.Path) -> None:
    path = write(tmp_path / "fw.elf", 10)
    assert run("diff", "--json", path, path).json()["same"] is True


def test_a_file_that_linux_would_refuse_is_compared_and_called_so(run: Run, tmp_path: pathlib.Path) -> None:
    old = write(tmp_path / "old.elf", 10)
    (tmp_path / "cut.elf").write_bytes(pathlib.Path(old).read_bytes()[:80])
    ran = run("diff", old, str(tmp_path / "cut.elf"))
    assert ran.code == 0
    assert "new: Linux refuses it" in ran.out


def test_what_cannot_be_read_is_named_and_is_a_failure(run: Run, tmp_path: pathlib.Path) -> None:
    ran = run("diff", write(tmp_path / "old.elf", 10), str(tmp_path / "missing.elf"))
    assert (ran.code, ran.out) == (1, "")
    assert "missing.elf: " in ran.err
