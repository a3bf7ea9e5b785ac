"""Where the program looks, what it imports, and how it says that something is wrong."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

from tests.commands.conftest import Run


def test_headless_verbs_import_neither_textual_nor_the_engine(tmp_path: pathlib.Path) -> None:
    code = """
import sys, json
from rproc_tui.commands import command_line
code = command_line.run(["--root", sys.argv[1], "list", "--json"], None)
found = {"textual", "rich", "unicorn", "devicetree", "elftools", "watchfiles"} & set(sys.modules)
print(json.dumps([code, sorted(found)]), file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert json.loads(ran.stderr.splitlines()[-1]) == [1, []]
    assert json.loads(ran.stdout)["hosts"][0]["processors"] == []


def test_inspect_imports_no_event_loop(tmp_path: pathlib.Path) -> None:
    code = """
import sys
from rproc_tui.commands import command_line
command_line.run(["inspect", sys.argv[1]], None)
print("asyncio" in sys.modules, file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert ran.stderr.splitlines()[-1] == "False"


def test_a_machine_without_processors_says_what_was_looked_for_and_what_to_do(run: Run, tmp_path: pathlib.Path) -> None:
    ran = run("--root", str(tmp_path), "list")
    assert ran.code == 1
    assert "sys/class/remoteproc" in ran.err
    assert "--demo" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--root", "/does/not/exist", "list"), "no such folder"),
        (("--board", "/does/not/exist.dts", "list"), "no such file"),
        (("--firmware-folder", "/anywhere", "list"), "goes with --demo"),
        (("--demo", "--root", "/", "list"), "name different machines"),
        (("--demo", "--firmware-folder", "/does/not/exist", "list"), "no such folder"),
        (("dance",), "invalid choice"),
    ],
)
def test_a_wrong_command_line_is_exit_2_with_one_sentence(run: Run, arguments: tuple[str, ...], words: str) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert words in ran.err


def test_without_a_terminal_the_verbs_are_named(run: Run) -> None:
    ran = run()
    assert ran.code == 2
    assert "list, show, boot" in ran.err


def test_without_the_engine_the_demo_says_what_to_install(tmp_path: pathlib.Path) -> None:
    code = """
import sys, importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *a: None if name == "unicorn" else real(name, *a)
from rproc_tui.commands import command_line
sys.exit(command_line.run(["--demo", "list"], None))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 5
    assert ran.stderr.splitlines() == [
        "rproc-tui: the emulator needs unicorn; pip install 'rproc-tui[emulator]'; everything else works without it"
    ]


@pytest.mark.emulator
def test_a_reader_that_goes_away_early_is_no_error(homes: pathlib.Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "rproc_tui", "--demo", "list", "--json"]
    ran = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.emulator
def test_the_agent_answers_a_script_that_sends_everything_at_once(homes: pathlib.Path) -> None:
    requests = [
        {"id": 1, "op": "write", "path": "/sys/class/remoteproc/remoteproc0/state", "text": "start"},
        {"id": 2, "op": "write", "path": "/sys/class/remoteproc/remoteproc0/firmware", "text": "x"},
        {"id": 3, "op": "read", "path": "/sys/class/remoteproc/remoteproc0/state"},
        {"id": 4, "op": "read", "path": "/sys/kernel/debug/remoteproc/remoteproc0/power"},
        {"id": 5, "op": "write", "path": "/sys/class/remoteproc/remoteproc0/state", "text": "stop"},
        {"id": 6, "op": "read", "path": "/sys/class/remoteproc/remoteproc0/state"},
    ]
    ran = subprocess.run(
        [sys.executable, "-m", "rproc_tui", "--demo", "agent"],
        input="".join(json.dumps(request) + "\n" for request in requests),
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    answers = {answer["id"]: answer for answer in map(json.loads, ran.stdout.splitlines())}
    assert answers[1] == {"id": 1, "ok": True}
    assert (answers[2]["errno"], answers[2]["error"]) == (16, "EBUSY")
    assert answers[3]["text"] == "running\n"
    assert answers[4]["text"] == "2\n"
    assert answers[5] == {"id": 5, "ok": True}
    assert answers[6]["text"] == "running\n"


@pytest.mark.parametrize(
    ("verb", "offered"),
    [
        ("inspect", set()),
        ("diff", set()),
        ("coredump", set()),
        ("crashes", {"--demo", "--board", "--root"}),
        ("check", {"--demo", "--board", "--root", "--firmware-folder"}),
        ("gdb", {"--demo", "--board", "--firmware-folder"}),
        ("boot", {"--demo", "--board", "--root", "--firmware-folder", "--read-only"}),
    ],
)
def test_help_of_a_verb_offers_only_what_means_something_there(run: Run, verb: str, offered: set[str]) -> None:
    ran = run(verb, "--help")
    assert ran.code == 0
    known = {"--demo", "--board", "--root", "--firmware-folder", "--read-only"}
    assert {name for name in known if name in ran.out} == offered
