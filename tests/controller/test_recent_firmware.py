"""Which firmware a processor was given lately is kept, bounded, and lost without harm."""

from __future__ import annotations

import pathlib

import pytest

from rproc_tui.controller.recent_firmware import FILE, NAMES_MOST, PROCESSORS_MOST, RecentFirmware
from rproc_tui.model.processor import ProcessorKey

M4 = ProcessorKey("demo", "/sys/devices/platform/m4")


def test_the_newest_comes_first_and_none_comes_twice(tmp_path: pathlib.Path) -> None:
    recent = RecentFirmware(str(tmp_path / "made"))
    assert recent.names(M4) == ()
    for name in ("a.elf", "b.elf", "a.elf"):
        recent.remember(M4, name)
    assert RecentFirmware(str(tmp_path / "made")).names(M4) == ("a.elf", "b.elf")
    assert recent.names(ProcessorKey("demo", "/sys/devices/platform/m33")) == ()


def test_so_many_are_kept_and_no_more(tmp_path: pathlib.Path) -> None:
    recent = RecentFirmware(str(tmp_path))
    for number in range(NAMES_MOST + 3):
        recent.remember(M4, f"{number}.elf")
    assert len(recent.names(M4)) == NAMES_MOST
    for number in range(PROCESSORS_MOST):
        recent.remember(ProcessorKey("host", str(number)), "x.elf")
    assert recent.names(M4) == ()
    assert recent.names(ProcessorKey("host", "0")) == ("x.elf",)


@pytest.mark.parametrize("content", ["", "[]", '{"processors": 7}', '{"processors": {"demo:/x": 7}}', "\x00"])
def test_a_damaged_file_is_as_none(tmp_path: pathlib.Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    recent = RecentFirmware(str(tmp_path))
    assert recent.names(M4) == ()
    recent.remember(M4, "a.elf")
    assert recent.names(M4) == ("a.elf",)


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: pathlib.Path) -> None:
    (tmp_path / "taken").write_text("a file")
    recent = RecentFirmware(str(tmp_path / "taken"))
    recent.remember(M4, "a.elf")
    assert recent.names(M4) == ()
