from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from rproc_tui.commands.command_line import VERBS, whole_parser
from rproc_tui.commands.man import page
from rproc_tui.tui.bindings import KEYS
from tests.commands.conftest import Run


def test_the_page_names_every_verb_option_and_key(run: Run) -> None:
    ran = run("man")
    assert ran.code == 0
    plain = ran.out.replace("\\-", "-")
    for verb in VERBS:
        assert f".SS {verb}" in plain
    for option in ("--demo", "--board FILE.dts", "--root DIR", "--read-only", "--rollback"):
        assert option in plain
    for key in KEYS:
        assert f"[{key.id}]" in plain


def test_no_line_is_a_request_that_was_meant_as_text() -> None:
    requests = {".TH", ".SH", ".SS", ".PP", ".TP", ".B"}
    for line in page(whole_parser(), None):
        assert not line.startswith("'")
        assert not line.startswith(".") or line.split()[0] in requests


@pytest.mark.skipif(shutil.which("man") is None and shutil.which("groff") is None, reason="no formatter here")
def test_a_formatter_has_nothing_to_complain_of(run: Run) -> None:
    command = ["groff", "-man", "-ww", "-Tutf8"] if shutil.which("groff") else ["man", "--warnings", "-l", "-"]
    formatted = subprocess.run(command, input=run("man").out, capture_output=True, text=True, check=True)
    assert formatted.stderr == ""
    assert "EXIT STATUS" in re.sub(".\b", "", formatted.stdout)  # bold is written twice
