"""Poor remains of a crash through the verbs: an answer, and never a traceback."""

from __future__ import annotations

import json
import os
import pathlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("unicorn", reason="needs the emulator extra")

from tests.commands.conftest import Run
from tests.controller.kept_crashes import keep_poor_remains
from tests.crash.demo_crashes import died
from tests.crash.poor_remains import FIRMWARE


@pytest.fixture
def dump(tmp_path: pathlib.Path) -> pathlib.Path:
    """A good dump as a file."""
    file = tmp_path / "dump"
    file.write_bytes(died("lab", "null").dump)
    return file


@pytest.mark.parametrize("name", [name for name in FIRMWARE if name != "missing"])
def test_coredump_names_poor_firmware(run: Run, dump: pathlib.Path, name: str) -> None:
    make, said = FIRMWARE[name]
    firmware = dump.with_name("firmware.elf")
    firmware.write_bytes(make() or b"")
    ran = run("coredump", str(dump), "--firmware", str(firmware))
    assert (ran.code, ran.err) == (0, "")
    assert f"! {said}" in ran.out


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.floats(0, 1), shape=st.sampled_from(["", "--json", "--markdown"]))
def test_coredump_answers_wherever_a_dump_is_cut(run: Run, dump: pathlib.Path, part: float, shape: str) -> None:
    whole = died("lab", "null")
    dump.write_bytes(whole.dump[: round(part * len(whole.dump))])
    firmware = dump.with_name("fault.elf")
    firmware.write_bytes(whole.firmware)
    ran = run("coredump", str(dump), "--firmware", str(firmware), *filter(None, [shape]))
    assert ran.code in {0, 1}
    assert "Traceback" not in ran.err
    if shape == "--json" and ran.code == 0:
        assert json.loads(ran.out)["schema"] == "rproc-tui/crash"


def test_crashes_lists_and_reports_each(run: Run, homes: pathlib.Path) -> None:
    said = keep_poor_remains(homes / "XDG_STATE_HOME" / "rproc-tui")
    rows = run("crashes").out.splitlines()[1:]
    assert len(rows) == len(said)
    for number, title in enumerate(reversed(said), 1):
        assert title in rows[number - 1]
        ran = run("crashes", str(number))
        assert (ran.code, ran.err) == (0, "")
        assert said[title] in ran.out, title
        assert os.sep in ran.out
