"""Firmware's own time, read from the start of a line.

Formats: Zephyr's log (`[00:00:01.234,567]`), TI's DebugP trace writer (`[m4f0-0]     0.000123s : `), SYS/BIOS
(`[0][      0.000]`), and the bare seconds in brackets that printk, ST's log macros and many others use.
"""

from __future__ import annotations

import re

_TIME = re.compile(
    r"""
    \s{0,8} (?:<\d>)?
    (?:\[\s{0,8}[\w.-]{1,16}\s{0,8}\]\s{0,8})?                                 # the core's name or number
    (?: \[(\d{1,6}):([0-5]\d):([0-5]\d)(?:[.,](\d{1,9}(?:,\d{3}){0,2}))?\]     # hours, minutes, seconds, fraction
      | \[\s{0,12}(\d{1,10}\.\d{1,9})\]                                        # seconds in brackets
      | (\d{1,10}\.\d{1,9})s\s?:                                               # TI: seconds behind the core's name
    )
    """,
    re.VERBOSE | re.ASCII,
)
_MAY_BEGIN = frozenset("[< 0123456789")


def firmware_time(text: str) -> float | None:
    """Seconds of the firmware's clock at the start of a line; None where the line does not begin with a time."""
    if text[:1] not in _MAY_BEGIN:
        return None
    found = _TIME.match(text)
    if found is None:
        return None
    hours, minutes, seconds, fraction, bracketed, suffixed = found.groups()
    if hours is None:
        return float(bracketed or suffixed)
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return float(f"{whole}.{fraction.replace(',', '')}" if fraction else whole)
