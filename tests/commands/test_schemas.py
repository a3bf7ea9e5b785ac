"""Every object that a verb prints for programs is documented, and is what its document says."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import jsonschema
import pytest

import rproc_tui
from rproc_tui.commands import command_line
from rproc_tui.commands.schema import names, read
from rproc_tui.crash.dump import Layout
from rproc_tui.crash.fault_title import Access
from rproc_tui.crash.firmware_match import Match
from rproc_tui.crash.values import Certainty, How, Machine
from rproc_tui.diagnosis.preflight.verdict import Stage
from rproc_tui.emulator import firmware as demo_firmware
from rproc_tui.firmware.facts import Severity
from rproc_tui.hosts.base import HostKind
from rproc_tui.linux.doctor.check import Status, Topic
from rproc_tui.model import diagnosis
from rproc_tui.model.crash import CrashStage
from rproc_tui.model.memory import RegionKind
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import Note, State
from rproc_tui.model.trace_line import LineKind
from rproc_tui.model.watch import WatchState
from tests.commands.conftest import Run
from tests.commands.schemas import validate

BUILDS = pathlib.Path(demo_firmware.__path__[0]) / "build"
HUB, NEXT = str(BUILDS / "hub.elf"), str(BUILDS / "hub-next.elf")

EXAMPLES = {
    "list": (["--demo", "list"], "list"),
    "show": (["--demo", "show", "m4"], "show"),
    "boot": (["--demo", "boot", "m33", "m4"], "outcomes"),
    "stop": (["--demo", "stop", "m4"], "outcomes"),
    "detach": (["--demo", "detach", "m4"], "outcomes"),
    "recover": (["--demo", "recover", "m4"], "outcomes"),
    "reload": (["--demo", "reload", "m4"], "outcomes"),
    "crash": (["--demo", "crash", "m4", "--yes"], "outcomes"),
    "firmware": (["--demo", "firmware", "m4"], "firmware"),
    "wait": (["--demo", "wait", "m4", "running"], "wait"),
    "trace": (["--demo", "trace", "m4", "m0"], "trace-line"),
    "rpmsg": (["--demo", "rpmsg", "m4"], "rpmsg"),
    "inspect": (["inspect", HUB], "inspect"),
    "check": (["--demo", "check", HUB, "--on", "m33"], "check"),
    "diff": (["diff", HUB, NEXT], "diff"),
    "doctor": (["--demo", "doctor"], "doctor"),
    "crashes": (["crashes"], "crashes"),
    "coredump": (["coredump", "DUMP", "--registers", "REGS", "--firmware", str(BUILDS / "fault.elf")], "crash"),
    "config": (["config", "show"], "config"),
    "watch": (["watch", "nobody", "--demo"], "error"),
}
"""A command line for every verb with --json, and the schema of what it prints. `watch` streams: see below."""

ENUMERATIONS: list[tuple[str, str, type[StrEnum]]] = [
    ("common", "$defs/state", State),
    ("common", "$defs/processor/properties/notes/items", Note),
    ("common", "$defs/diagnosis/properties/severity", diagnosis.Severity),
    ("common", "$defs/diagnosis/properties/certainty", diagnosis.Certainty),
    ("common", "$defs/region/properties/kind", RegionKind),
    ("common", "$defs/finding/properties/severity", Severity),
    ("common", "$defs/finding/properties/stage", Stage),
    ("common", "$defs/check/properties/topic", Topic),
    ("common", "$defs/check/properties/status", Status),
    ("list", "properties/hosts/items/properties/kind", HostKind),
    ("doctor", "properties/hosts/items/properties/kind", HostKind),
    ("outcomes", "properties/outcomes/items/properties/verb", Verb),
    ("outcomes", "properties/outcomes/items/properties/result", Result),
    ("trace-line", "properties/kind", LineKind),
    ("watch", "properties/watch", WatchState),
    ("crashes", "properties/crashes/items/properties/stage", CrashStage),
    ("crash", "properties/machine", Machine),
    ("crash", "properties/fault/properties/access", Access),
    ("crash", "properties/frames/items/properties/how", How),
    ("crash", "properties/frames/items/properties/certainty", Certainty),
    ("crash", "properties/dump/properties/layout", Layout),
    ("crash", "properties/firmware/properties/match", Match),
]

KEPT = {"crash-capture", "recent-firmware"}
"""Schemas of files that the program keeps for itself."""


def verbs_for_programs() -> Iterable[str]:
    """The verbs that take --json."""
    for name, verb in command_line.VERBS.items():
        parser = argparse.ArgumentParser(prog=f"rproc-tui {name}")
        command_line._module(verb).prepare_parser(parser)
        if "--json" in parser.format_help():
            yield name


def test_every_verb_for_programs_has_an_example_here() -> None:
    assert set(verbs_for_programs()) == set(EXAMPLES)


@pytest.fixture
def remains(tmp_path: pathlib.Path) -> dict[str, str]:
    """Files of a crash, by the words that stand for them in an example."""
    from tests.crash.demo_crashes import died  # noqa: PLC0415 (it needs the emulator)

    crash = died("lab", "null")
    (tmp_path / "dump").write_bytes(crash.dump)
    (tmp_path / "regs").write_text(crash.registers)
    return {"DUMP": str(tmp_path / "dump"), "REGS": str(tmp_path / "regs")}


@pytest.mark.emulator
@pytest.mark.parametrize("verb", EXAMPLES)
def test_what_a_verb_prints_is_what_its_schema_says(run: Run, remains: dict[str, str], verb: str) -> None:
    arguments, name = EXAMPLES[verb]
    ran = run(*(remains.get(argument, argument) for argument in arguments), "--json")  # held against its schema there
    first, _ = json.JSONDecoder().raw_decode(ran.out)
    assert (first["schema"], first["version"]) == (f"rproc-tui/{name}", 1)


@pytest.mark.emulator
def test_what_a_verb_prints_as_it_goes_on_is_a_line_for_each(homes: pathlib.Path) -> None:
    command = [sys.executable, "-m", "rproc_tui", "--demo", "watch", "m4", "--json"]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "HOME": str(homes)})
    assert program.stdout is not None
    try:
        line = json.loads(program.stdout.readline())
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=20)
    finally:
        program.kill()
    validate(line)
    assert line["schema"] == "rproc-tui/watch"


@pytest.mark.emulator
@pytest.mark.parametrize(
    "arguments",
    [
        ["--demo", "boot", "dsp"],
        ["--demo", "show", "m33", "--wait", "running", "--timeout", "0"],
        ["--demo", "firmware", "m4", "motor.elf"],
        ["--demo", "rpmsg", "m4", "send", "rpmsg-raw", "ping", "--wait", "5"],
        ["--demo", "rpmsg", "m33"],
        ["--demo", "rpmsg", "m33", "send", "rpmsg-raw", "ping"],
        ["--demo", "check", "/nowhere.elf"],
        ["inspect", "/nowhere.elf"],
        ["coredump", "/nowhere.core"],
        ["diff", "/nowhere.elf", HUB],
        ["crashes", "9"],
        ["--root", "/nowhere", "list"],
    ],
    ids=" ".join,
)
def test_failures_are_documented_as_well(run: Run, arguments: list[str]) -> None:
    assert run(*arguments, "--json").out  # held against its schema there


@pytest.mark.emulator
@pytest.mark.parametrize("processor", ["m4", "r5f", "rv32"])
def test_a_report_on_any_kind_of_core_is_documented(run: Run, tmp_path: pathlib.Path, processor: str) -> None:
    from tests.crash.demo_crashes import died  # noqa: PLC0415 (it needs the emulator)

    crash = died(processor, "assert")
    for name, content in (("dump", crash.dump), ("elf", crash.firmware), ("regs", crash.registers.encode())):
        (tmp_path / name).write_bytes(content)
    named = ["--firmware", str(tmp_path / "elf"), "--registers", str(tmp_path / "regs")]
    assert run("coredump", str(tmp_path / "dump"), *named, "--json").code == 0


@pytest.mark.parametrize("name", [*names(), "common"])
def test_a_schema_is_one_and_says_what_it_is(name: str) -> None:
    content = read(name)
    jsonschema.Draft202012Validator.check_schema(content)
    assert content["description"].endswith(".")
    if name != "common":
        assert content["properties"]["schema"] == {"const": f"rproc-tui/{name}"}


@pytest.mark.parametrize(("name", "place", "words"), ENUMERATIONS)
def test_a_schema_knows_every_word_that_there_is(name: str, place: str, words: type[StrEnum]) -> None:
    node: Any = read(name)
    for step in place.split("/"):
        node = node[step]
    assert [word for word in node["enum"] if word is not None] == list(words)


def test_everything_that_is_printed_with_a_schema_has_one() -> None:
    room = pathlib.Path(rproc_tui.__path__[0])
    sources = [file for file in room.rglob("*.py") if room / "tui" not in file.parents]  # the screen prints no objects
    printed = {name for file in sources for name in re.findall(r'"rproc-tui/([a-z-]+)"', file.read_text())}
    assert printed - KEPT == set(names())


@pytest.mark.parametrize("name", names())
def test_a_schema_that_is_printed_needs_no_other_file(run: Run, name: str) -> None:
    printed = run("schema", name).json()
    jsonschema.Draft202012Validator.check_schema(printed)
    assert "common.json" not in json.dumps(printed)
    assert set(re.findall(r"#/\$defs/(\w+)", json.dumps(printed))) == set(printed.get("$defs", {}))


def test_the_schemas_are_listed_with_what_they_are_of(run: Run) -> None:
    listed = run("schema").out.splitlines()
    assert [line.split()[0] for line in listed[1:]] == names()
    assert run("schema", "../error").code == 2


def test_a_key_that_nobody_documented_is_found() -> None:
    failure = {"schema": "rproc-tui/error", "version": 1}
    facts = {"message": "no", "hint": None, "errno": None, "exit": 1}
    validate(failure | {"error": facts})
    with pytest.raises(AssertionError, match="secret"):
        validate(failure | {"error": facts | {"secret": 1}})
    with pytest.raises(AssertionError, match="exit"):
        validate(failure | {"error": {key: value for key, value in facts.items() if key != "exit"}})
