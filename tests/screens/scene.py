"""A moment with something on every screen, the same in every run: hand-made processors, crashes, events, messages."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from rproc_tui.controller.live_memory import LiveMemory
from rproc_tui.controller.source_lines import SourceLines
from rproc_tui.crash.core_file import core_of
from rproc_tui.crash.decode import decode
from rproc_tui.crash.symbols import Symbols
from rproc_tui.model.event import Event, EventKind
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.tui.ascii_filter import ascii_text
from rproc_tui.tui.terminal.profile import FULL, Profile
from tests.tui.crashes import WHEN, evidence, record, report
from tests.tui.scripted import ScriptedController, failure, host, key, processors, rpmsg
from tests.tui.showing import Shown, showing

LINES = (
    "[00:00:00.010] hub: sensor hub 1.0.0 starting",
    "[00:00:00.120] <err> hub: sensor 3 does not answer",
    "[00:00:00.140] <wrn> hub: falling back to 25.0 C",
    "[00:00:01.000] <dbg> hub: tick 1",
    "[00:00:02.000] hub: temp 25.02 C, humidity 49.2 %, \u6e29\u5ea6",
)
SOURCE = "".join(f"int line_{number};\n" for number in range(1, 60))
SRAM = Region("sram", 0x10000000, 4096, RegionKind.RESERVED)

SCREENS = {
    "overview": ("1", "Overview", "Trace · m4"),
    "trace": ("2", "TraceScreen", "temp 25.02"),
    "memory": ("3", "MemoryScreen", "10000000  73 65 6e"),
    "rpmsg": ("4", "RpmsgScreen", "rpmsg-raw"),
    "crashes": ("5", "CrashesScreen", "in store"),
    "events": ("6", "EventsScreen", "Event · m4"),
}
"""The key of each screen, its class, and what is there once it is whole."""

WINDOWS = {"help": "question_mark", "themes": "t", "command": "colon", "firmware": "f", "explain": "E", "question": "x"}
"""What may stand over the overview, by its key."""


def controller(folder: Path) -> ScriptedController:
    """Everything that the screens show."""
    m4, *others = processors()
    r5f = others.pop()
    m4 = replace(m4, memory=True, rpmsg=rpmsg(), firmware_local_path="/home/user/firmware/hub.elf")
    made = ScriptedController(host((m4, *others, r5f)))
    (folder / "src").mkdir()
    for name in ("crash.c", "main.c"):
        (folder / "src" / name).write_text(SOURCE)
        os.utime(folder / "src" / name, (WHEN, WHEN))
    made.sources = SourceLines([("", str(folder))])
    for number, title in ((1, "watchdog"), (2, "write through a null pointer")):
        crash = record(number, title=title)
        made.crashes[crash.id] = (crash, evidence(), report())
    image = core_of({"pc": 0x10000010}, [(SRAM, b"sensor hub\0".ljust(4096, b"\x2a"))])
    made.memories = [LiveMemory(1000.0, decode(image, len(image)), Symbols(b""), {"pc": 0x10000010})] * 99
    line = KernelLine(8, 12.6, 4, "remoteproc remoteproc0: crash detected in m4: type watchdog")
    outcome = failure()
    made.events += [
        Event(1000.0, EventKind.STATE, "m4 is running, was offline", "demo", key("m4"), "m4"),
        Event(1000.5, EventKind.ACTION, f"boot: {outcome.message}", "demo", key("pru0"), "pru0", "error", (), outcome),
        Event(1000.7, EventKind.FIRMWARE, "m4: hub.elf changed: text +1.2 KiB", "demo", key("m4"), "m4", "warning"),
        Event(1001.0, EventKind.CRASHED, line.text, "demo", key("m4"), "m4", "error", (line,)),
    ]
    return made


@contextlib.asynccontextmanager
async def scene(
    folder: Path, *, size: tuple[int, int] = (120, 40), profile: Profile = FULL, theme: str | None = None
) -> AsyncIterator[Shown]:
    """The overview of it; the trace has lines of every level and a mark."""
    made = controller(folder)
    async with showing(made, size=size, profile=profile, theme=theme) as shown:
        made.write("m4", *LINES)
        await shown.sees("temp 25.02")
        await shown.press("m")
        await shown.sees("mark 22:13:20")
        yield shown


async def visit(shown: Shown, name: str) -> None:
    """Show one of `SCREENS`, whole."""
    digit, kind, sight = SCREENS[name]
    await shown.press(digit)
    await shown.until(lambda: type(shown.app.screen).__name__ == kind)
    await shown.until(lambda: sight in shown.text() or ascii_text(sight) in shown.text())
    await shown.rest()
