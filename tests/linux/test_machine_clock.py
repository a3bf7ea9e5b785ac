from __future__ import annotations

import pytest

from rproc_tui.clock import ManualClock
from rproc_tui.linux.machine_clock import read_machine_clock
from tests.linux.memory_host import Folder, MemoryHost

UPTIME = b"350.47 234388.90\n"
STAT = b"cpu  1 2 3\nintr 5 0 0 btime 7\nctxt 99\nbtime 1700000100\nprocesses 4\n"


class SlowHost(MemoryHost):
    """Each question takes a second on the way there and one on the way back."""

    def __init__(self, stat: bytes, clock: ManualClock) -> None:
        super().__init__({"/proc/uptime": UPTIME, "/proc/stat": stat})
        self._clock = clock

    async def read(self, path: str, *, limit: int | None = None, offset: int = 0) -> bytes:
        self._clock.advance(1.0)
        content = await super().read(path, limit=limit, offset=offset)
        self._clock.advance(1.0)
        return content


async def test_its_boot_and_its_time_of_day_are_told_beside_ours() -> None:
    clock = ManualClock(1000.0, wall=1_700_000_000.0)
    found = await read_machine_clock(SlowHost(STAT, clock), clock, time_of_day=True)
    assert found is not None
    assert found.booted == pytest.approx(1001.0 - 350.47)
    assert found.ahead == pytest.approx(100 + 0.5 + 350.47 - 1.0)
    assert found.unsure == pytest.approx(1.5)


async def test_its_time_of_day_is_asked_for_only_where_it_is_wanted() -> None:
    found = await read_machine_clock(
        MemoryHost({"/proc/uptime": UPTIME, "/proc/stat": STAT}), ManualClock(), time_of_day=False
    )
    assert found is not None
    assert found.ahead is None


@pytest.mark.parametrize("text", [b"", b"soon\n", None])
async def test_a_machine_that_does_not_say_how_long_it_is_up_has_no_clock(text: bytes | None) -> None:
    host = MemoryHost({} if text is None else {"/proc/uptime": text})
    assert await read_machine_clock(host, ManualClock(), time_of_day=True) is None


@pytest.mark.parametrize("stat", [b"cpu 1\n", b"btime soon\n", b"btime " + b"9" * 400 + b"\n", Folder()])
async def test_a_time_of_day_that_cannot_be_read_is_unknown(stat: bytes | Folder) -> None:
    host = MemoryHost({"/proc/uptime": UPTIME, "/proc/stat": stat})
    found = await read_machine_clock(host, ManualClock(), time_of_day=True)
    assert found is not None
    assert found.ahead is None
