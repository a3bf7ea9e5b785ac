"""The history of crashes, one row each."""

from __future__ import annotations

import re
import time

from rich.cells import cell_len
from textual.content import Content

from rproc_tui.model.crash import WATCHDOG, CrashRecord, CrashStage
from rproc_tui.tui.panels.columns import cut, fit, spread

_ROOMY = 110
"""Cells from which on a row tells the kernel's word for the crash and the whole loop."""
_NAME_WIDTH = 8
_TITLE_LEAST = 16
_TYPE_WIDTH = 13
_FOLDERS = re.compile(r"\((?:[^()/]*/)+(?=[^()/]+\)$)")
"""What stands in front of a file's name in `store (runtime/crash.c:21)`."""
_STAGES = {CrashStage.COLLECTING: "saving what is left of it …", CrashStage.EXAMINING: "being examined …"}


def crash_row(record: CrashRecord, width: int, *, marked: bool) -> Content:
    """When, who, what the kernel calls it, what it was, and the loop that it belongs to."""
    roomy = width >= _ROOMY
    mark = ("= ", "bold $accent") if marked else ("  ", "")
    when = when_text(record.when) if roomy else when_text(record.when)[:-3]
    parts: list[tuple[str, str]] = [mark, (f"{when}  ", "$trace-time"), (fit(record.processor, _NAME_WIDTH), "bold")]
    if roomy:
        parts.append((f" {fit(record.type or '', _TYPE_WIDTH)}", "$label"))
    parts.append((" ", ""))
    left, right = Content.assemble(*parts), _loop(record, roomy=roomy)
    what, style = _cut_what(record, width - left.cell_length - right.cell_length)
    return spread(Content.assemble(left, (what, style)), right, width)


def when_text(wall: float) -> str:
    """`20 Nov 14:02:11`, in the zone of this machine."""
    return time.strftime("%d %b %H:%M:%S", time.localtime(wall))


def place_text(record: CrashRecord) -> str:
    """`store_offset (crash.c:21)`: where it crashed, without folders; empty where that is not known."""
    return _FOLDERS.sub("(", record.place or "")


def what_text(record: CrashRecord) -> str:
    """What it died of, as far as that is known."""
    if record.title is None and record.stage is not CrashStage.READY:
        return _STAGES[record.stage]
    return record.title or record.type or "unknown"


def _cut_what(record: CrashRecord, room: int) -> tuple[str, str]:
    """What and where in so many cells, and the colour of it; the end of what goes before anything of where."""
    if record.title is None and record.stage is not CrashStage.READY:
        return what_text(record), "$state-pending"
    place = f", in {place_text(record)}" if record.place else ""
    return cut(what_text(record), max(_TITLE_LEAST, room - cell_len(place))) + place, "$state-crashed"


def _loop(record: CrashRecord, *, roomy: bool) -> Content:
    """What a loop says at the right end of its row."""
    if record.loop is None:
        return Content.assemble((" ▲ ", "$warning") if record.problems else "")
    words = record.loop.partition(",")[0] if roomy else "watchdog" if record.type == WATCHDOG else ""
    return Content.assemble((f"  ↻ {f'{words} ' if words else ''}×{record.count} ", "$warning"))  # noqa: RUF001 (times)
