"""Runs a command line as a user who owns nothing, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

import pytest

NOBODY = 65534

_CHILD = """
import contextlib, io, json, os, sys
from rproc_tui.commands import command_line

arguments, rehearsals, groups = json.loads(sys.argv[1])
# This interpreter may lie where the user cannot read: what will be imported is imported before.
for rehearsal in rehearsals:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        command_line.run(rehearsal, None)
os.setgroups(groups)
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
sys.exit(command_line.run(arguments, None))
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def as_nobody(
    *arguments: str,
    rehearsals: Sequence[Sequence[str]] = (),
    groups: Sequence[int] = (),
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """What the command says to nobody, who may be in some groups; what is rehearsed is run as root before."""
    given = json.dumps([arguments, [*rehearsals, arguments], groups])
    return subprocess.run(
        [sys.executable, "-c", _CHILD, given],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
