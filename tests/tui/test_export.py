from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from rproc_tui.tui.export import trace_file_name, write_lines


@pytest.mark.parametrize("name", ["m4", "../../etc/passwd", "...", "", "a" * 300, "\x1b]0;x\x07", "ядро"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    made = trace_file_name(name, 1_700_000_000.0)
    assert os.path.basename(made) == made
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*-\d{8}-\d{6}\.log", made)
    assert len(made) < 100


def test_lines_are_written_one_below_the_other(tmp_path: Path) -> None:
    path = tmp_path / "traces" / "m4.log"
    count = write_lines(str(path), ["22:13:20.000 hub: tick", "22:13:21.500 ⋯ 4 KiB lost"])
    assert count == 2
    assert path.read_text() == "22:13:20.000 hub: tick\n22:13:21.500 ⋯ 4 KiB lost\n"


def test_no_file_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "m4.log"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        write_lines(str(path), [])
    assert path.read_text() == "mine"
