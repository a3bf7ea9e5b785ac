from __future__ import annotations

from pathlib import Path

from rproc_tui.tui.crash_export import write_report
from tests.tui.crashes import report


def test_a_report_is_two_files_that_never_replace_others(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    stems = [write_report(str(folder), "m4", report()) for _ in range(2)]
    assert stems == [str(folder / "m4"), str(folder / "m4-1")]
    assert sorted(path.name for path in folder.iterdir()) == ["m4-1.md", "m4-1.txt", "m4.md", "m4.txt"]
    assert (folder / "m4.txt").read_text().startswith("m4: write through a null pointer, in store (src/crash.c:21)\n")
    assert (folder / "m4.md").read_text().startswith("# m4: write through a null pointer in store")
