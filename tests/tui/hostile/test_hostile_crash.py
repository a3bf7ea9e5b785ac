"""A crash whose evidence is evil, down to the names in its firmware's debug information, on a real terminal."""

from __future__ import annotations

import json
import pathlib

import pytest

from tests.controller.kept_crashes import keep_remains
from tests.crash.demo_crashes import died
from tests.tui.hostile.evil_screen import assert_harmless
from tests.tui.hostile.hostile_board import MARK, Malice

pytestmark = pytest.mark.emulator

_EVIL = b"\x1b]0;" + MARK.encode() + b"\x07\x9b2J\xe2\x80\xae\xff"
"""Set a title, clear the screen, write from right to left, and no UTF-8."""
_NAMES = (b"store_offset", b"calibrate", b"null_write", b"crash_by_number", b"calibration", b"runtime/crash.c")
"""Functions, a member, a file."""
_KEYS = (
    "5",
    "\r",
    *"lllll",
    *("\t", "\x1b[6~") * 8,
    "y",
    "e",
    "D",
    "a",
    MARK,
    "\r",
    "\x1b",
    "=",
    "E",
    "6",
    "\r",
    "\x1b",
)


def evil_firmware() -> bytes:
    """Firmware of the demo board in which other bytes stand for names."""
    content = died("lab", "null").firmware
    assert content is not None
    for name in _NAMES:
        assert name in content
        content = content.replace(name, (_EVIL * 2)[: len(name)])
    return content


def test_nothing_evil_reaches_the_terminal_from_a_crash(tmp_path: pathlib.Path) -> None:
    malice, remains = Malice(3), died("lab", "null")
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE")}
    state, root = tmp_path / "STATE" / "rproc-tui", tmp_path / MARK
    (root / "sys/class/remoteproc").mkdir(parents=True)
    folder = keep_remains(state, malice.text("title"), (remains.dump, len(remains.dump)), evil_firmware())
    facts = json.loads((folder / "capture.json").read_text())
    for key in ("host", "device", "processor", "type", "place", "firmware", "firmware_path", "core", "kernel"):
        facts[key] = malice.text(key)
    facts["problems"] = [malice.text("problem") for _ in range(3)]
    (folder / "capture.json").write_text(json.dumps(facts))
    for name in ("trace.txt", "kernel.log", "regs", "resource_table", "carveouts"):
        (folder / name).write_bytes(b"".join(b"[%5d.000000] %b\n" % (number, malice.raw(name)) for number in range(50)))
    seen = assert_harmless(["--root", str(root)], _KEYS, env=homes)
    for word in ("title", "place", "trace.txt", "kernel.log", "problem"):
        assert f"{word}{MARK}".encode() in seen
