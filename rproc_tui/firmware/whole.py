"""Whether a firmware file is all there: every header and all that headers speak of lies inside the file.

The kernel takes a file whose debug information is cut off. A build that is still being copied looks just like that.
"""

from __future__ import annotations

from rproc_tui.firmware.container import ELF
from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.sections import SHT_NOBITS

_HEADERS_CUT = "section-headers-outside"
"""The code of the problem that says so of the section headers."""


def cut_off(facts: FirmwareFacts) -> str | None:
    """What is missing at the end of a file, in one sentence; None for a whole one, and for what is no ELF file."""
    if facts.elf is None or facts.container != ELF:
        return None
    headers = next((problem for problem in facts.problems if problem.code == _HEADERS_CUT), None)
    if headers is not None:
        return headers.message
    ends = [(s.offset + s.filesz, f"segment {s.index}") for s in facts.elf.segments if s.filesz]
    ends += [
        (s.offset + s.size, f"section {s.index} ({s.name})")
        for s in facts.elf.sections
        if s.type not in (0, SHT_NOBITS) and s.size
    ]
    end, what = max(ends, default=(0, ""), key=lambda entry: entry[0])
    if end <= facts.size:
        return None
    return f"the file is cut off: {what} reaches to {end:#x}, and the file ends at {facts.size:#x}"
