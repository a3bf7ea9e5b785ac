"""What people pasted, and the processor that it was about."""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass, replace
from typing import Any

from rproc_tui.diagnosis.case import Case
from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.inspect import facts
from rproc_tui.model.firmware_place import FirmwarePlace, Obstacle
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import Processor, ProcessorKey, State

_TIME = re.compile(r"^\[\s*\+?[0-9.]+\]\s?(\[\s*[TC][0-9]+\]\s?)?|^\S+ kernel: ")

FOLDERS = ("/lib/firmware/updates/6.12", "/lib/firmware/updates", "/lib/firmware/6.12", "/lib/firmware")
MCU = Region("mcuram", 0x1000_0000, 0x4_0000, RegionKind.CARVEOUT)
RETRAM = Region("retram", 0x0, 0x1_0000, RegionKind.CARVEOUT)


def processor(name: str = "m4", **more: Any) -> Processor:
    """A processor that is offline, with two memories."""
    known: dict[str, Any] = {"driver": "stm32-rproc", "firmware": "fw.elf", "regions": (RETRAM, MCU), **more}
    key = ProcessorKey("board", f"/sys/devices/platform/soc/5c010000.{name}")
    return Processor(key, known.pop("id", "remoteproc0"), name, known.pop("state", State.OFFLINE), **known)


def place(obstacle: Obstacle | None = None, path: str | None = "/lib/firmware/fw.elf", **more: Any) -> FirmwarePlace:
    """What was found in the kernel's folders."""
    return FirmwarePlace("fw.elf", FOLDERS, path, obstacle, **more)


def image(content: bytes, name: str = "fw.elf") -> FirmwareFacts:
    """The facts of a firmware."""
    return facts(name, content, len(content))


def log(text: str) -> tuple[KernelLine, ...]:
    """Lines as they were pasted, without their times."""
    lines = [_TIME.sub("", line.strip()) for line in text.splitlines() if line.strip()]
    return tuple(KernelLine(number, 0.0, 6, line) for number, line in enumerate(lines))


@dataclass(frozen=True, slots=True)
class Report:
    """One report; `row` is that of the collection of symptoms."""

    row: str
    code: str
    text: str = ""
    verb: Verb | None = None
    errno: int | None = None
    of: Processor | None = None
    result: Result | None = None
    image: FirmwareFacts | None = None
    place: FirmwarePlace | None = None
    neighbours: tuple[Processor, ...] = ()
    words: tuple[str, ...] = ()
    """What the answer has to name."""

    @property
    def case(self) -> Case:
        """It as the matcher gets it."""
        result = self.result or (None if self.verb is None else Result.FAILED)
        about, lines = self.of or processor(), log(self.text)
        return Case(about, lines, self.verb, result, self.errno, self.image, self.place, self.neighbours)

    @property
    def as_it_came(self) -> tuple[Case, ...]:
        """Its lines one by one, as nobody asked for them."""
        case = replace(self.case, verb=None, result=None, errno=None)
        return tuple(
            replace(case, lines=case.lines[: number + 1], newest=line.sequence)
            for number, line in enumerate(case.lines)
        )


def boot(row: str, code: str, text: str = "", number: int | None = errno.EINVAL, **more: Any) -> Report:
    """A boot that failed."""
    return Report(row, code, text, Verb.BOOT, number, **more)


def heard(row: str, code: str, text: str, **more: Any) -> Report:
    """Lines that came by themselves."""
    return Report(row, code, text, **more)


def stands(row: str, code: str, of: Processor, **more: Any) -> Report:
    """A processor as it stands: nobody did anything, and no line came."""
    return Report(row, code, of=of, **more)
