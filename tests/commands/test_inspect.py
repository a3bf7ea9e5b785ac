"""`rproc-tui inspect`: any path gets an answer, never waits, never says what could harm a terminal."""

from __future__ import annotations

import argparse
import errno
import io
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
from typing import Any

import pytest

from rproc_tui.commands import inspect
from tests.firmware.images import firmware, resource_table, trace

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def run(capsys: pytest.CaptureFixture[str], path: object, *, as_json: bool = False) -> tuple[int, str, str]:
    code = inspect.run(argparse.Namespace(file=os.fspath(path), json=as_json))  # type: ignore[call-overload]
    captured = capsys.readouterr()
    assert not CONTROL.search(captured.out + captured.err)
    return code, captured.out, captured.err


def answer(capsys: pytest.CaptureFixture[str], path: object) -> dict[str, Any]:
    code, out, _ = run(capsys, path, as_json=True)
    shape: dict[str, Any] = json.loads(out)
    sound = shape["kernel_verdict"]["sanity"] == "ok" and shape["kernel_verdict"]["load"] == "ok"
    assert code == (0 if sound else 1)
    return shape


@pytest.fixture
def good(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "hello.elf"
    path.write_bytes(firmware())
    return path


def test_firmware_that_linux_takes_is_shown_and_the_answer_is_zero(
    good: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, good)
    assert (code, err) == (0, "")
    assert out.startswith("hello.elf: Linux takes it\n")
    assert answer(capsys, good)["resource_table"]["num"] == 1


def test_firmware_that_linux_refuses_is_shown_all_the_same(
    good: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good.write_bytes(firmware()[:-1])
    code, out, err = run(capsys, good)
    assert (code, err) == (1, "")
    assert "Linux refuses it: Section headers are out of bounds" in out
    assert answer(capsys, good)["elf"]["class"] == 32


def test_a_link_to_firmware_is_followed(good: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    link = good.with_name("link.elf")
    link.symlink_to(good.name)
    assert answer(capsys, link)["sha256"] == answer(capsys, good)["sha256"]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda path: path.mkdir(), ("directory", "a directory", "failed: -22")),
        (os.mkfifo, ("fifo", "a FIFO", "failed: -22")),
        (lambda path: path.symlink_to("/dev/zero"), ("device", "character device", "failed: -22")),
        (lambda path: path.symlink_to("no\x1b[2J"), ("missing", r"a link to no\x1b[2J", "failed: -2")),
        (lambda path: path.symlink_to(path.name), ("link-loop", "ELOOP", "failed: -40")),
        (lambda path: None, ("missing", "ENOENT", "failed: -2")),
        (lambda path: (path.write_bytes(firmware()), path.chmod(0)), ("unreadable", "nobody read it", "mode, 000")),
    ],
    ids=["directory", "fifo", "device", "dangling", "loop", "missing", "mode-000"],
)
def test_what_is_no_file_is_refused_at_once_with_the_reason(
    make: Any, expected: tuple[str, str, str], tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    container, words, kernel = expected
    path = tmp_path / "x.elf"
    make(path)
    code, out, err = run(capsys, path)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert words in err
    shape = answer(capsys, path)
    assert (shape["container"], shape["elf"], shape["sha256"]) == (container, None, None)
    assert kernel in shape["kernel_verdict"]["sanity"]


def test_a_socket_is_refused(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert answer(capsys, tmp_path / "s")["container"] == "socket"


def test_no_permission_is_said_so(
    good: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, *_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "open", refuse)
    code, _, err = run(capsys, good)
    assert code == 1
    assert "you may not read it (EACCES)" in err


def test_a_file_that_becomes_a_fifo_while_it_is_opened_is_not_read(
    good: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fifo = good.with_name("fifo")
    os.mkfifo(fifo)
    status = os.stat(good)
    monkeypatch.setattr(os, "stat", lambda path: status)
    assert answer(capsys, fifo)["container"] == "unreadable"


def test_a_sparse_file_of_gigabytes_costs_nothing(good: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.truncate(good, 4 << 30)
    shape = answer(capsys, good)
    assert (shape["size"], shape["sha256"], shape["elf"]["type"]) == (4 << 30, None, "EXEC")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"two words\nand \x1b[31m.elf", r"two words\x0aand \x1b[31m.elf"),
        (b"not-\xff\xfe.elf", r"not-\xff\xfe.elf"),
        (b"-dash.elf", "-dash.elf"),
        ("grüße.elf".encode(), "grüße.elf"),
    ],
    ids=["escape", "no-utf8", "dash", "utf8"],
)
def test_any_name_is_shown_without_harm(
    name: bytes, shown: str, good: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = os.fsdecode(bytes(good.parent) + b"/" + name)
    good.rename(path)
    assert run(capsys, path)[1].startswith(f"{shown}: Linux takes it")
    assert answer(capsys, path)["file"].endswith(shown)


def test_hostile_names_inside_a_file_reach_nobody(good: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    good.write_bytes(firmware(resource_table([trace(b"\x1b[2J\x9b31m\n\xe2\x80\xae")])))
    assert r"\x1b[2J" in run(capsys, good)[1]
    assert answer(capsys, good)["resource_table"]["entries"][0]["name"] == r"\x1b[2J\x9b31m\x0a\u202e"


def test_an_ascii_terminal_gets_ascii_bars(good: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "ascii", errors="strict")
    monkeypatch.setattr(sys, "stdout", stream)
    assert inspect.run(argparse.Namespace(file=str(good), json=False)) == 0
    stream.seek(0)
    assert "|#" in stream.read()


def test_the_arguments_are_a_file_and_json() -> None:
    parser = argparse.ArgumentParser()
    inspect.prepare_parser(parser)
    assert vars(parser.parse_args(["--json", "x.elf"])) == {"file": "x.elf", "json": True}


def test_inspect_imports_neither_the_screen_nor_the_engine_nor_elftools(good: pathlib.Path) -> None:
    program = (
        "import argparse, sys\n"
        "from rproc_tui.commands import inspect\n"
        f"inspect.run(argparse.Namespace(file={str(good)!r}, json=True))\n"
        "heavy = {'textual', 'rich', 'unicorn', 'elftools', 'asyncio', 'lzma'}\n"
        "sys.exit(', '.join(heavy & sys.modules.keys()) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
