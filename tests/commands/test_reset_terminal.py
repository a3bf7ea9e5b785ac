"""`reset-terminal` where there is no terminal; on a real one it is tested with the screen that it cleans up behind."""

from __future__ import annotations

import subprocess
import sys


def test_without_a_terminal_there_is_nothing_to_reset() -> None:
    command = [sys.executable, "-m", "rproc_tui", "reset-terminal"]
    ran = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, start_new_session=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "no terminal to reset" in ran.stderr
