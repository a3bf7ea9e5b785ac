"""`metrics`: on standard output, and as a file that is replaced."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.commands.conftest import Run


def values(text: str, name: str) -> dict[str, float]:
    """The samples of a metric by the names of the processors."""
    families = list(text_string_to_metric_families(text))
    return {s.labels.get("name", ""): s.value for family in families for s in family.samples if s.name == name}


@pytest.mark.emulator
def test_the_board_is_printed_for_prometheus(run: Run) -> None:
    ran = run("--demo", "metrics")
    up = values(ran.out, "remoteproc_up")
    assert (ran.code, ran.err) == (0, "")
    assert {name for name, value in up.items() if value} == {"m4", "m0"}
    assert values(ran.out, "remoteproc_trace_lines_total")["m4"] >= 1
    assert values(ran.out, "remoteproc_boots_total") == up


def test_a_machine_without_processors_is_exit_1_and_down(run: Run, tmp_path: pathlib.Path) -> None:
    ran = run("--root", str(tmp_path), "metrics")
    assert ran.code == 1
    assert values(ran.out, "remoteproc_host_up") == {"": 0}


@pytest.mark.parametrize("arguments", [["--every", "1"], ["--every", "0", "-o", "x"], ["--every", "nan", "-o", "x"]])
def test_looks_that_cannot_be_written_are_refused(run: Run, arguments: list[str]) -> None:
    assert run("metrics", *arguments).code == 2


@pytest.mark.emulator
def test_a_file_is_written_anew_until_a_signal_ends_it(homes: pathlib.Path) -> None:
    path = homes / "remoteproc.prom"
    command = [sys.executable, "-m", "rproc_tui", "--demo", "metrics", "--every", "0.01", "-o", str(path)]
    program = subprocess.Popen(command, env={**os.environ, "HOME": str(homes)})
    try:
        seen: set[int] = set()
        while len(seen) < 3:
            with pytest.raises(subprocess.TimeoutExpired):  # it goes on
                program.wait(timeout=0.01)
            if path.exists():
                seen.add(path.stat().st_mtime_ns)
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=20) == 128 + signal.SIGTERM
    finally:
        program.kill()
    assert values(path.read_text(), "remoteproc_up")["m4"] == 1
