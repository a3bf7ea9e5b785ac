"""Measuring a machine's clocks through its files, without asking anything to run there.

`/proc/uptime` is exact to 10 ms; `btime` in `/proc/stat` is the time of day at boot, without its fraction of a second
(fs/proc/stat.c), so that the time of day is known to half a second and half the way of the question.
"""

from __future__ import annotations

import re

from rproc_tui.clock import Clock
from rproc_tui.hosts.base import Host
from rproc_tui.linux.reading import try_bytes, try_line
from rproc_tui.model.machine_clock import MachineClock

_BTIME = re.compile(rb"^btime (\d{1,18})$", re.MULTILINE)
_STAT_MOST = 1 << 20
"""Bytes: the line of interrupts before it grows with their number."""


async def read_machine_clock(host: Host, clock: Clock, *, time_of_day: bool) -> MachineClock | None:
    """As it stands now, with its `time_of_day` if asked; None where it does not say how long it has been up."""
    asked = clock.monotonic()
    text = (await try_line(host, "/proc/uptime")).text or ""
    answered = clock.monotonic()
    try:
        uptime = float(text.split()[0])
    except (ValueError, IndexError):
        return None
    middle = (asked + answered) / 2
    ours = clock.wall() - clock.monotonic() + middle
    stat = await try_bytes(host, "/proc/stat", _STAT_MOST) if time_of_day else None
    found = _BTIME.search(stat or b"")
    theirs = None if found is None else int(found[1]) + 0.5 + uptime
    return MachineClock(middle - uptime, None if theirs is None else theirs - ours, 0.5 + (answered - asked) / 2)
