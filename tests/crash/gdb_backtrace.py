"""What gdb says of a core: the second opinion on our own backtraces."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

GDB = shutil.which("gdb-multiarch")
DEPTH = 64
PATIENCE = 60
SIGNAL_HANDLER = "<signal handler called>"
NOBODY = "??"
"""Who calls the first function of a thread: gdb shows a return address of 0."""

_FRAME = re.compile(r"#(\d+) +(?:0x([0-9a-f]+) in )?(<signal handler called>|[^ ]+)(?: \((.*?)\)(?: at (.*):(\d+))?)?$")

_UNREADABLE = re.compile(r"<error reading variable: Cannot access memory at address 0x[0-9a-f]+>")


class GdbFrame(NamedTuple):
    function: str
    file: str | None
    line: int | None
    arguments: str = ""
    """As `name=value, name=value`."""


def gdb_backtraces(program: str, cores: Sequence[bytes], folder: str) -> list[list[GdbFrame]]:
    """The backtrace of each core, all by one run of gdb."""
    assert GDB is not None
    commands = ["-ex", f"file {program}"]
    for number, core in enumerate(cores):
        path = os.path.join(folder, f"core{number}")
        with open(path, "wb") as file:
            file.write(core)
        commands += ["-ex", f"core-file {path}", "-ex", f"echo begin {number}\\n", "-ex", f"bt {DEPTH}"]
        commands += ["-ex", "echo end\\n"]
    done = subprocess.run(
        [GDB, "-nx", "-batch", "-ex", "set width 0", *commands],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return [
        _frames(part.partition("\nend")[0]) for part in re.split(r"^begin \d+\n", done.stdout, flags=re.MULTILINE)[1:]
    ]


def _frames(text: str) -> list[GdbFrame]:
    found = (_FRAME.match(_UNREADABLE.sub("<not available>", line)) for line in text.splitlines())
    frames = [GdbFrame(one[3], one[5], int(one[6]) if one[6] else None, one[4] or "") for one in found if one]
    return frames[:-1] if frames and frames[-1].function == NOBODY else frames


def gdb_lines(program: str, addresses: Sequence[int]) -> list[tuple[str, int] | None]:
    """The file's name and the line of each address; None where gdb knows none."""
    assert GDB is not None
    commands = [part for address in addresses for part in ("-ex", f"info line *{address:#x}")]
    done = subprocess.run(
        [GDB, "-nx", "-batch", "-ex", f"file {program}", *commands],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    answers = [line for line in done.stdout.splitlines() if line.startswith(("Line ", "No line "))]
    found = (re.match(r'Line (\d+) of "(.*?)"', line) for line in answers)
    return [None if one is None else (os.path.basename(one[2]), int(one[1])) for one in found]
