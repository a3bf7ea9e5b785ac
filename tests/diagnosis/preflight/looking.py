"""From the bytes of a file to what is foretold of a start."""

from __future__ import annotations

from rproc_tui.diagnosis.preflight.verdict import Verdict, kernel_line
from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.inspect import facts

WHAT_LIES_BEHIND = "cut.elf"
"""The kernel reads behind the end of this image; what it says depends on the bytes there."""


def look(name: str, content: bytes) -> FirmwareFacts:
    return facts(name, content, len(content), digest=False, unpacked_by_kernel=name.endswith((".xz", ".zst")))


def foretold(verdict: Verdict) -> tuple[int, str | None]:
    """The errno of a start, 0 for success, and the line that tells why."""
    first = verdict.first
    return (0, None) if first is None else (first.errno or 0, kernel_line(first))
