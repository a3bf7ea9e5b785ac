"""What the kernel's log tells of a crash: the report of remoteproc_core.c, and the driver's own line before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rproc_tui.crash.values import Certainty, Registers
from rproc_tui.sanitise import sanitise

LINES_MOST = 400
"""Lines that are looked at, from the last one back."""
LINE_MOST = 400
_BEFORE = 3
"""Lines before the report in which a driver says why."""

_REPORT = re.compile(r"\bcrash detected in (\S{1,100}): type (mmufault|watchdog|fatal error|unknown)")
_PC = re.compile(r"(?i)\bpc[ :=]+(0x[0-9a-f]{1,16})\b")
_ADDRESS = re.compile(
    r"(?i)(?:fault|read|write|fetch|access|memory)\b[^;]{0,40}? (?:at|addr(?:ess)?:?) (0x[0-9a-f]{1,16})\b"
)
_FRAMEWORK = ("remoteproc ", "virtio", "rproc-virtio", "rpmsg")


@dataclass(frozen=True, slots=True)
class KernelWords:
    """The last crash that the log tells of."""

    crash_type: str | None = None
    """`mmufault`, `watchdog`, `fatal error`, `unknown`; None where no crash is reported."""
    reason: str | None = None
    """The driver's line, sanitised; None where it said nothing."""
    registers: Registers | None = None
    """The program counter, where the driver names it."""
    address: int | None = None
    """Whose access failed, where the driver names it."""


def kernel_words(lines: Sequence[str], name: str | None = None) -> KernelWords:
    """What is said; `name` is the processor's, where other processors are in the log, too."""
    tail = [line[:LINE_MOST] for line in lines[-LINES_MOST:]]
    for number in range(len(tail) - 1, -1, -1):
        found = _REPORT.search(tail[number])
        if found is not None and name in (None, found.group(1)):
            reason = _reason(tail[max(0, number - _BEFORE) : number], name)
            address = _ADDRESS.search(reason or "")
            named = None if address is None else int(address.group(1), 16)
            return KernelWords(found.group(2), reason, _registers(reason), named)
    return KernelWords()


def _reason(before: Sequence[str], name: str | None) -> str | None:
    """The nearest line that is no framework's; where the processor's name is known, one that has it comes first."""
    spoken = [line for line in reversed(before) if not line.startswith(_FRAMEWORK)]
    own = [line for line in spoken if name is not None and name in line]
    return sanitise((own or spoken)[0]) if spoken else None


def _registers(reason: str | None) -> Registers | None:
    found = _PC.search(reason or "")
    if found is None:
        return None
    return Registers({"pc": int(found.group(1), 16)}, "the driver's line in the kernel log", Certainty.KNOWN)
