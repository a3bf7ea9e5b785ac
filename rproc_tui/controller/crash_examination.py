"""From the folder of a crash to its report: the evidence is read back as it was kept, so that it can be done again."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from rproc_tui.controller import crash_folder
from rproc_tui.controller.crash_facts import CaptureFacts
from rproc_tui.controller.evidence_files import last_lines, map_file, read_firmware
from rproc_tui.controller.kernel_log_file import texts_of
from rproc_tui.crash.decode import decode
from rproc_tui.crash.dump import Dump, Layout
from rproc_tui.crash.evidence import Evidence, FirmwareFile
from rproc_tui.crash.examine import LINES_TOLD, examine
from rproc_tui.crash.report import CrashReport
from rproc_tui.crash.report_json import report_json
from rproc_tui.errors import FirmwareError


def evidence_of(facts: CaptureFacts, firmware: FirmwareFile | None) -> Evidence:
    """What a crash's folder holds beside the firmware; what is missing is missing."""
    folder = facts.record.folder or ""
    return Evidence(
        dump=dump_in(folder),
        firmware=firmware,
        firmware_digest=facts.loaded_sha256 or facts.firmware_sha256,
        registers="\n".join(_lines(os.path.join(folder, crash_folder.REGISTERS))),
        trace=_lines(os.path.join(folder, crash_folder.TRACE)),
        kernel_lines=texts_of(_lines(os.path.join(folder, crash_folder.KERNEL_LOG))),
        processor=facts.record.processor,
        core=facts.core,
        regions=facts.regions,
    )


def own_firmware(facts: CaptureFacts) -> FirmwareFile | None:
    """The firmware in a crash's folder; None where there is none that can be read."""
    path = os.path.join(facts.record.folder or "", crash_folder.FIRMWARE)
    try:
        return read_firmware(path, facts.record.firmware or crash_folder.FIRMWARE)
    except (OSError, FirmwareError):
        return None


def report_on(facts: CaptureFacts, firmware: str | None = None) -> CrashReport:
    """Examine it. Takes some tens of milliseconds for small firmware, up to a second for large.

    `firmware` is another file to take for the one that ran: OSError or FirmwareError when it cannot be read as one.
    """
    file = own_firmware(facts) if firmware is None else read_firmware(firmware, firmware)
    return examine(evidence_of(facts, file))


def as_file(report: CrashReport) -> bytes:
    """The content of `report.json`."""
    return json.dumps(report_json(report), indent=1, ensure_ascii=True).encode() + b"\n"


def with_kernel_lines(facts: CaptureFacts) -> bytes | None:
    """The content of `report.json` with what the kernel has said since it was made; None where there is none."""
    folder = facts.record.folder or ""
    try:
        with open(os.path.join(folder, crash_folder.REPORT), "rb") as file:
            report = json.loads(file.read())
    except (OSError, ValueError):
        return None
    report["kernel_lines"] = texts_of(_lines(os.path.join(folder, crash_folder.KERNEL_LOG)))[-LINES_TOLD:]
    return json.dumps(report, indent=1, ensure_ascii=True).encode() + b"\n"


def dump_in(folder: str) -> Dump:
    """Memory of the crash: as it stood, which has the registers with it, else as the kernel handed it out."""
    found = [dump for name in (crash_folder.MEMORY, crash_folder.DUMP) if (dump := _dump(os.path.join(folder, name)))]
    readable = [dump for dump in found if dump.layout is not Layout.NONE]
    return next(iter((*readable, *found)), Dump(Layout.NONE, 0))


def _dump(path: str) -> Dump | None:
    try:
        return decode(*map_file(path))
    except OSError:
        return None


def _lines(path: str) -> Sequence[str]:
    """The lines of a file's end, sanitised; none where it cannot be read."""
    try:
        return last_lines(path)
    except OSError:
        return ()
