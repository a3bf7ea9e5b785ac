from __future__ import annotations

import pytest

from rproc_tui.commands.doctor_extras import EXTRAS, installed, judge, required
from rproc_tui.linux.doctor.check import Status

REQUIREMENTS = ['unicorn<3,>=2.1.4; platform_machine == "x86_64" and extra == "emulator"', "pyudev>=0.24", "textual"]


@pytest.mark.parametrize(
    ("version", "status", "words"),
    [
        (None, Status.MISSING, "not installed: no --demo"),
        ("2.1.3", Status.BROKEN, "2.1.3 is older than 2.1.4"),
        ("2.0.1.post1", Status.BROKEN, "older"),
        ("2.1.4", Status.OK, "2.1.4"),
        ("2.10.0", Status.OK, "2.10.0"),
    ],
)
def test_an_extra_is_there_old_or_missing(version: str | None, status: Status, words: str) -> None:
    check = next(check for check in judge(lambda _: version, REQUIREMENTS) if check.name == "unicorn")
    assert (check.status, check.needed) == (status, False)
    assert words in check.detail
    assert (check.cure is None) is (status is Status.OK)


def test_every_extra_has_its_line_even_where_nothing_is_known_of_versions() -> None:
    checks = judge(lambda _: "0", [])
    assert [check.name for check in checks] == [extra.name for extra in EXTRAS]
    assert {check.status for check in checks} == {Status.OK}


def test_our_own_metadata_names_what_the_emulator_needs() -> None:
    if installed("rproc-tui") is None:
        pytest.skip("the program is not installed here")
    assert any(requirement.startswith("unicorn") for requirement in required())


def test_a_package_that_is_not_there_has_no_version() -> None:
    assert installed("rproc-tui-no-such-package") is None
