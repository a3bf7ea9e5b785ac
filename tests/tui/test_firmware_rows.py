"""Rows of the firmware picker."""

from __future__ import annotations

from rproc_tui.controller.firmware_choices import FirmwareChoice
from rproc_tui.tui.firmware_rows import firmware_rows


def test_a_file_name_stays_in_its_cell_and_is_chosen_as_it_is_written() -> None:
    name = "e\x1b[31mvil\n\udcff.elf"
    (row,) = firmware_rows([FirmwareChoice(name, None, current=False, modified=0)])
    assert row.value == name
    assert "e\\x1b[31mvil\\x0a\\xff" in row.label.plain
    assert row.label.plain.isprintable()
