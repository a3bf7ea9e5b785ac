"""`rproc-tui coredump`: any file gets an answer, as text, as JSON, as Markdown."""

from __future__ import annotations

import json
import os
import pathlib
import re
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.commands import command_line
from rproc_tui.crash.report_json import SCHEMA
from tests.crash.demo_crashes import died

KEYS = {
    "schema",
    "version",
    "processor",
    "machine",
    "crash_type",
    "reason",
    "fault",
    "place",
    "at_fault",
    "frames",
    "registers",
    "thread",
    "instructions",
    "dump",
    "firmware",
    "warnings",
    "trace",
    "kernel_lines",
}

Run = Callable[..., tuple[int, str, str]]
"""Takes the verb's arguments; answers exit code, standard output and standard error."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str | pathlib.Path) -> tuple[int, str, str]:
        code = command_line.run(["coredump", *(os.fspath(one) for one in arguments)], lambda _options: 9)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def files(tmp_path: pathlib.Path) -> pathlib.Path:
    """A crash as files."""
    remains = died("lab", "null")
    (tmp_path / "dump").write_bytes(remains.dump)
    (tmp_path / "fault.elf").write_bytes(remains.firmware)
    (tmp_path / "regs").write_text(remains.registers)
    (tmp_path / "trace").write_text(remains.trace)
    (tmp_path / "log").write_text("\n".join(remains.lines))
    return tmp_path


def test_the_first_line_says_what_died_of_what_and_where(run: Run, files: pathlib.Path) -> None:
    code, out, err = run(files / "dump", "--firmware", files / "fault.elf", "--trace", files / "trace", "--name", "lab")
    assert (code, err) == (0, "")
    assert out.startswith("lab: write through a null pointer, in store_offset (runtime/crash.c:21)\n")
    assert "Reset_Handler (runtime/startup_m.c:15)" in out
    assert "exception frame at 0x23000f68 (likely)" in out


def test_json_has_every_key_and_the_same_facts(run: Run, files: pathlib.Path) -> None:
    options = ("--firmware", files / "fault.elf", "--registers", files / "regs", "--kernel-log", files / "log")
    code, out, _ = run(files / "dump", *options, "--name", "lab", "--json")
    shape: dict[str, Any] = json.loads(out)
    assert code == 0
    assert set(shape) == KEYS
    assert (shape["schema"], shape["version"], shape["machine"]) == (SCHEMA, 1, "cortex-m")
    assert shape["place"]["function"] == "store_offset"
    assert shape["fault"]["address"] == 0
    assert shape["crash_type"] == "mmufault"
    assert [one["places"][-1]["function"] for one in shape["frames"]][-2:] == ["main", "Reset_Handler"]
    assert shape["registers"][0]["certainty"] == "known"
    assert shape["firmware"]["match"] == "same"
    assert shape["warnings"] == []


def test_markdown_keeps_what_comes_from_outside_in_blocks(run: Run, files: pathlib.Path) -> None:
    (files / "trace").write_text("# no heading\n```\nHARD FAULT: pc 130007b8 lr 130006c3\n<img src=x>\n")
    code, out, _ = run(files / "dump", "--firmware", files / "fault.elf", "--trace", files / "trace", "--markdown")
    assert code == 0
    assert out.startswith("# processor: ")
    trace = out[out.index("## Trace") :]
    assert trace.startswith("## Trace\n\n````\n# no heading\n```\n")


def test_without_firmware_it_says_so_and_still_answers(run: Run, files: pathlib.Path) -> None:
    code, out, _ = run(files / "dump", "--core", "cortex-m4")
    assert code == 0
    assert "! no firmware file: addresses have no names" in out
    assert re.search(r"^the processor: unknown, in 0x1300[0-9a-f]{4}$", out, re.MULTILINE)


@pytest.mark.parametrize("length", [0, 3, 52, 100, 4096, 70_000, 98_000])
def test_a_dump_cut_off_anywhere_gets_an_answer(run: Run, files: pathlib.Path, length: int) -> None:
    (files / "dump").write_bytes(died("lab", "null").dump[:length])
    code, out, err = run(files / "dump", "--firmware", files / "fault.elf", "--trace", files / "trace")
    assert err == ""
    assert code == (1 if length < 60 else 0)
    assert "! the dump is" in out or "! only" in out
    assert "store_offset (runtime/crash.c:21)" in out


def test_a_dump_of_256_mib_gets_an_answer(run: Run, tmp_path: pathlib.Path) -> None:
    head = died("lab", "null").dump[:52]
    row = bytes.fromhex("01000000 54000000 00000080 00000080 00000010 00000010 07000000 00000000")
    with open(tmp_path / "large", "wb") as file:
        file.write(head[:44] + b"\x01\0" + head[46:] + row)
        file.truncate(84 + (256 << 20))
    code, out, _ = run(tmp_path / "large", "--core", "cortex-m4")
    assert code == 0
    assert "256 MiB of memory" in out


def test_firmware_that_is_packed_is_unpacked(run: Run, files: pathlib.Path) -> None:
    import lzma  # noqa: PLC0415 (only here)

    packed = lzma.compress(died("lab", "null").firmware, check=lzma.CHECK_CRC32)
    (files / "fault.elf.xz").write_bytes(packed)
    _, out, _ = run(files / "dump", "--firmware", files / "fault.elf.xz", "--trace", files / "trace")
    assert "in store_offset (runtime/crash.c:21)" in out


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("absent", None, "absent: No such file or directory (ENOENT)"),
        (".", None, "it is a directory"),
        ("fifo", None, "it is no regular file"),
        ("text", b"root:x:0:0\n", "not an ELF file: it begins with 72 6f 6f 74"),
        ("empty", b"", "the dump is empty: 0 bytes"),
        ("firmware", "fault.elf", "its ELF type is 2, not 4 (core)"),
    ],
)
def test_what_is_no_dump_is_told_in_one_sentence(
    run: Run, files: pathlib.Path, name: str, content: bytes | str | None, says: str
) -> None:
    os.mkfifo(files / "fifo")
    if content is not None:
        (files / name).write_bytes((files / content).read_bytes() if isinstance(content, str) else content)
    code, out, err = run(files / name)
    assert (code, out) == (1, "")
    assert err.startswith(f"rproc-tui: {'' if name == 'absent' else 'not a dump: '}{files / name}")
    assert err.count("\n") == 1
    assert says in err
    code, out, _ = run(files / name, "--json")
    assert (code, json.loads(out)["schema"]) == (1, "rproc-tui/error")


def test_firmware_is_no_dump_even_beside_logs(run: Run, files: pathlib.Path) -> None:
    assert run(files / "fault.elf", "--trace", files / "trace")[0] == 1


def test_of_a_dump_that_is_empty_logs_still_make_a_report(run: Run, files: pathlib.Path) -> None:
    (files / "empty").write_bytes(b"")
    options = (files / "empty", "--trace", files / "trace", "--firmware", files / "fault.elf")
    code, out, err = run(*options, "--json")
    assert (code, err) == (1, "")
    shape = json.loads(out)
    assert (shape["schema"], shape["place"]["function"]) == (SCHEMA, "store_offset")


def test_control_characters_of_a_trace_do_not_reach_the_terminal(run: Run, files: pathlib.Path) -> None:
    (files / "trace").write_bytes(b"\x1b[2J\x1b]0;title\x07\nHARD FAULT: pc 130007b8\x9b lr 130006c3\n")
    for shape in ("--markdown", "--json"):
        _, out, _ = run(files / "dump", "--trace", files / "trace", "--firmware", files / "fault.elf", shape)
        assert not set(out) & {"\x1b", "\x07", "\x9b"}
