"""Why a processor crashed, as the kernel numbers and names it (`enum rproc_crash_type`)."""

from __future__ import annotations

from enum import IntEnum


class CrashType(IntEnum):
    """The three reasons that the kernel has words for; any other number is `unknown`."""

    MMUFAULT = 0
    WATCHDOG = 1
    FATAL_ERROR = 2


_WORDS: dict[int, str] = {
    CrashType.MMUFAULT: "mmufault",
    CrashType.WATCHDOG: "watchdog",
    CrashType.FATAL_ERROR: "fatal error",
}


def crash_word(number: int) -> str:
    """The word of the log line for a number."""
    return _WORDS.get(number, "unknown")
