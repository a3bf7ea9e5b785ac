"""Whether a firmware file is the one that a dump is of: by its digest, and by the code that the dump has in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rproc_tui.crash.values import Memory
from rproc_tui.firmware.facts import PF_W, Elf, FirmwareFacts
from rproc_tui.firmware.image import Image
from rproc_tui.firmware.machines import EM_TI_PRU

COMPARED_MOST = 16 << 20
"""Bytes of code that are compared."""
CHUNK = 1 << 16
_DAMAGES = frozenset({"empty", "section-headers-outside", "truncated"})
"""Problems of a file that has lost its end."""


class Match(StrEnum):
    """The answer."""

    SAME = "same"
    OTHER = "other build"
    UNKNOWN = "unknown"
    ABSENT = "no firmware file"


@dataclass(frozen=True, slots=True)
class FirmwareMatch:
    """A firmware file beside a dump."""

    match: Match
    reason: str
    """One sentence that says why."""
    name: str | None = None
    """Sanitised."""
    sha256: str | None = None
    build_id: str | None = None
    has_symbols: bool = False
    has_dwarf: bool = False
    damage: str | None = None
    """Why nothing in the file can be expected to be found."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes the report less than it could be."""
        return tuple(self._warnings())

    def _warnings(self) -> Iterator[str]:
        if self.match is Match.ABSENT:
            yield "no firmware file: addresses have no names"
            return
        if self.match is Match.OTHER:
            yield f"OTHER BUILD: {self.reason}. Functions, lines and variables below may be wrong"
        if self.match is Match.UNKNOWN:
            yield f"nothing proves that this firmware is the one that ran: {self.reason}"
        if self.damage is not None:
            yield f"the firmware file is damaged: {self.damage}"
        elif not self.has_symbols and not self.has_dwarf:
            yield "the firmware is stripped: it has neither symbols nor lines"
        elif not self.has_dwarf:
            yield "the firmware has no debug information: functions have names, but neither files nor lines"
        elif not self.has_symbols:
            yield "the firmware has no symbol table: what has no debug information has no name"


ABSENT = FirmwareMatch(Match.ABSENT, "none was given")


def match_firmware(facts: FirmwareFacts, image: Image, memory: Memory, wanted_digest: str | None) -> FirmwareMatch:
    """Compare a file with memory; `wanted_digest` is the SHA-256 of the file that ran, where somebody kept it.

    `image` holds the unpacked ELF that the facts' `elf` was read from.
    """
    elf = facts.elf
    match, reason = _verdict(facts, image, memory, wanted_digest)
    return FirmwareMatch(
        match=match,
        reason=reason,
        name=facts.file,
        sha256=facts.sha256,
        build_id=None if elf is None else elf.build_id,
        has_symbols=elf is not None and elf.has_symbols,
        has_dwarf=elf is not None and elf.has_dwarf,
        damage=next((problem.message for problem in facts.problems if problem.code in _DAMAGES), None),
    )


def _verdict(facts: FirmwareFacts, image: Image, memory: Memory, wanted: str | None) -> tuple[Match, str]:
    if wanted is None or facts.sha256 is None:
        return _by_code(facts, image, memory)
    if wanted == facts.sha256:
        return Match.SAME, "its digest is that of the file that ran"
    by_code = "" if facts.elf is None else _told(*_compared(facts, facts.elf, image, memory))
    return Match.OTHER, f"its digest differs from that of the file that ran{by_code}"


def _by_code(facts: FirmwareFacts, image: Image, memory: Memory) -> tuple[Match, str]:
    if facts.elf is None:
        return Match.UNKNOWN, "it is no ELF file, so there is nothing to compare"
    if facts.elf.machine_number == EM_TI_PRU:
        return Match.UNKNOWN, "code and data of a PRU have the same addresses, so a dump cannot be compared"
    compared, different = _compared(facts, facts.elf, image, memory)
    if not compared:
        return Match.UNKNOWN, "the dump holds no code to compare it with"
    if different:
        return Match.OTHER, f"{different} of {compared} bytes of its code differ from the dump"
    return Match.SAME, f"all {compared} bytes of its code are in the dump"


def _told(compared: int, different: int) -> str:
    return f"; {different} of {compared} bytes of its code differ from the dump" if compared else ""


def _compared(facts: FirmwareFacts, elf: Elf, image: Image, memory: Memory) -> tuple[int, int]:
    """Bytes that could be compared, and how many of them differ. The kernel writes into the resource table."""
    compared = different = 0
    table = facts.resource_table
    hidden = range(0)
    if table is not None and table.offset is not None and table.size is not None:
        hidden = range(table.offset, table.offset + table.size)
    for offset, here, address in _code(elf, image):
        there = memory.read(address, len(here))
        if there is not None and compared < COMPARED_MOST:
            compared += len(here)
            if there != here:
                pairs = enumerate(zip(here, there, strict=True), start=offset)
                different += sum(a != b for at, (a, b) in pairs if at not in hidden)
    return compared, different


def _code(elf: Elf, image: Image) -> Iterator[tuple[int, bytes, int]]:
    """File offset, bytes and address of what nobody writes to, piece by piece."""
    for segment in elf.segments:
        if segment.is_loaded and not segment.flags & PF_W:
            for at in range(0, min(segment.filesz, COMPARED_MOST), CHUNK):
                offset = segment.offset + at
                content = bytes(image[offset : offset + min(CHUNK, segment.filesz - at)])
                if content:
                    yield offset, content, segment.paddr + at
