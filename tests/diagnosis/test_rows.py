"""Which symptom of the collection is made to happen here, and which is known from its report's text alone."""

from __future__ import annotations

import pathlib
import re
from enum import StrEnum

import pytest

from tests.diagnosis.test_reports import REPORTS, ROWS

HERE = pathlib.Path(__file__).parent


class How(StrEnum):
    """Where the failure of a row comes from in these tests; every row is tested from the text of a report besides."""

    BOARD = "test_on_the_board.py"
    """Produced: by firmware, files and words on the emulated board."""
    DRIVER = "test_with_vendor_drivers.py"
    """Produced on a board of any driver's name; what only a vendor's driver says, a driver of the test says."""
    TEXT = "reports_of_*.py"
    """Known from reports: nothing here can make it happen."""


ROW_HOW = {
    "D1": How.BOARD,
    "D2": How.DRIVER,
    "D3": How.BOARD,  # the name with a slash; the fallback itself is a kernel option
    "D4": How.BOARD,
    "D5": How.BOARD,
    "D6": How.BOARD,
    "D7": How.BOARD,
    "D8": How.BOARD,
    "D9": How.DRIVER,
    "D10": How.DRIVER,
    "D11": How.DRIVER,
    "D12": How.DRIVER,
    "D13": How.BOARD,
    "D14": How.BOARD,
    "D15": How.BOARD,
    "D16": How.BOARD,
    "D17": How.BOARD,
    "D18": How.BOARD,
    "D19": How.BOARD,
    "D20": How.BOARD,
    "D21": How.BOARD,
    "D22": How.DRIVER,
    "D23": How.DRIVER,
    "D24": How.BOARD,
    "D25": How.DRIVER,
    "D26": How.TEXT,  # a bug of one kernel
    "D27": How.DRIVER,
    "D28": How.BOARD,
    "D29": How.DRIVER,
    "D30": How.DRIVER,
    "D31": How.DRIVER,
    "D32": How.TEXT,  # the machine freezes
    "D33": How.BOARD,
    "D34": How.BOARD,
    "D35": How.BOARD,
    "D36": How.BOARD,
    "D37": How.BOARD,
    "D38": How.DRIVER,
    "D39": How.BOARD,
    "D40": How.DRIVER,
    "D41": How.DRIVER,
    "D42": How.DRIVER,
    "D43": How.BOARD,
    "D44": How.BOARD,
    "D45": How.BOARD,
    "D46": How.DRIVER,
    "D47": How.BOARD,
    "D48": How.TEXT,  # no core here has an IOMMU that faults
    "D49": How.BOARD,
    "D50": How.DRIVER,
    "D51": How.TEXT,  # it takes the kernel 15 s
    "D52": How.BOARD,
    "D53": How.DRIVER,
    "D54": How.DRIVER,
    "D55": How.BOARD,
    "D56": How.BOARD,
    "D57": How.TEXT,  # a suspend
    "D58": How.DRIVER,
    "D59": How.DRIVER,
    "D60": How.DRIVER,
}


def test_the_table_has_every_row() -> None:
    assert tuple(ROW_HOW) == ROWS


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_tested_where_the_table_says(row: str) -> None:
    if ROW_HOW[row] is not How.TEXT:
        assert re.search(rf"\b{row}\b", (HERE / ROW_HOW[row]).read_text("utf-8"))
    assert any(row in report.row.split() for report in REPORTS)


def test_nearly_every_row_is_made_to_happen() -> None:
    assert sum(how is How.TEXT for how in ROW_HOW.values()) <= 5
