"""Crashes on disk with chosen remains, as a capture leaves them, or as a full disk and other people do."""

from __future__ import annotations

import os
import pathlib

from rproc_tui.controller.crash_facts import CaptureFacts, to_json
from rproc_tui.controller.crash_folder import make_folder
from rproc_tui.model.crash import CrashRecord, CrashStage
from tests.crash.demo_crashes import died
from tests.crash.poor_remains import DUMPS, FIRMWARE

WHEN = 1_700_000_000.0


def keep_remains(
    state: pathlib.Path, title: str, dump: tuple[bytes, int], firmware: bytes | None, *, minute: int = 0
) -> pathlib.Path:
    """The folder of a crash of `lab` with these files of it; `dump` is how its file begins, and its size."""
    remains, (content, size) = died("lab", "null"), dump
    when = WHEN + 60 * minute
    record = CrashRecord(
        "", "demo", "/sys/devices/platform/13000000.lab", "lab", when, stage=CrashStage.READY, title=title
    )
    folder = pathlib.Path(make_folder(str(state), record.host, record.processor, when))
    (folder / "capture.json").write_bytes(to_json(CaptureFacts(record, core="Cortex-M4")))
    (folder / "trace.txt").write_text(remains.trace)
    with open(folder / "dump.core", "wb") as file:
        file.write(content)
        os.truncate(file.fileno(), size)
    if firmware is not None:
        (folder / "firmware.elf").write_bytes(firmware)
    return folder


def keep_poor_remains(state: pathlib.Path) -> dict[str, str]:
    """A crash for each sort of poor remains, the newest last; what a report on each says, by its title."""
    remains = died("lab", "null")
    whole = remains.dump, len(remains.dump)
    said: dict[str, str] = {}
    for name, (make, words) in FIRMWARE.items():
        keep_remains(state, f"firmware {name}", whole, make(), minute=len(said))
        said[f"firmware {name}"] = words
    for name, dump in DUMPS.items():
        keep_remains(state, f"dump {name}", dump(), remains.firmware, minute=len(said))
        said[f"dump {name}"] = "store_offset"
    return said
