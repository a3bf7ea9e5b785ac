"""With `--json` every verb that fails prints one object, and on standard error what it says without."""

from __future__ import annotations

import os
import pathlib

import pytest

from tests.commands.conftest import Run

MISSING = "/does/not/exist.elf"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("show", "m4"), 3, "there is no processor m4"),
        (("boot", "m4"), 3, "there is no processor m4"),
        (("trace", "m4"), 3, "there is no processor m4"),
        (("rpmsg", "m4"), 3, "there is no processor m4"),
        (("firmware", "m4"), 3, "there is no processor m4"),
        (("watch", "m4"), 3, "there is no processor m4"),
        (("crash", "m4", "--yes"), 3, "there is no processor m4"),
        (("crash", "m4"), 2, "this is no terminal to ask on"),
        (("crashes", "m4"), 3, "no crash of m4 was captured"),
        (("crashes", "7"), 1, "there is no crash 7"),
        (("check", __file__, "--on", "m4"), 3, "there is no processor m4"),
        (("diff", MISSING, MISSING), 1, f"{MISSING}: no such file or directory (ENOENT)"),
        (("coredump", MISSING), 1, f"{MISSING}: No such file or directory"),
        (("show",), 2, "the following arguments are required: ID"),
        (("show", "m4", "--dance"), 2, "unrecognized arguments: --dance"),
    ],
)
def test_a_verb_that_fails_prints_one_object(
    run: Run, tmp_path: pathlib.Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    os.makedirs(tmp_path / "sys/class/remoteproc")
    where = ("--root", str(tmp_path))
    ran, for_people = run(*where, *arguments, "--json"), run(*where, *arguments)
    shape = ran.json()
    assert (shape["schema"], shape["version"]) == ("rproc-tui/error", 1)
    assert set(shape["error"]) == {"message", "hint", "errno", "exit"}
    assert (ran.code, shape["error"]["exit"], shape["error"]["message"]) == (code, code, message)
    assert for_people.code == code
    assert for_people.out == ""
    assert for_people.err.splitlines()[-1] == ran.err.splitlines()[-1]
    assert message in ran.err


def test_what_is_worth_trying_and_the_errno_stand_in_the_object(run: Run, tmp_path: pathlib.Path) -> None:
    error = run("--root", str(tmp_path), "show", "m4", "--json").json()["error"]
    assert "rproc-tui doctor" in error["hint"]
    assert run("coredump", MISSING, "--json").json()["error"]["errno"] == 2


@pytest.mark.parametrize("arguments", [("inspect", MISSING), ("check", MISSING), ("list",), ("doctor",)])
def test_a_verb_that_has_an_object_for_what_is_wrong_prints_that_one(
    run: Run, tmp_path: pathlib.Path, arguments: tuple[str, ...]
) -> None:
    ran = run("--root", str(tmp_path), *arguments, "--json")
    assert (ran.code, ran.json()["schema"]) == (1, f"rproc-tui/{arguments[0]}")


def test_without_json_nothing_stands_on_standard_output(run: Run) -> None:
    assert run("diff", MISSING, MISSING).out == ""
