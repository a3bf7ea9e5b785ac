"""Firmware files that a processor could be given: what the search path holds and what it had lately, each checked."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rproc_tui.controller.firmware_file import FirmwareFiles
from rproc_tui.firmware.facts import OK, FirmwareFacts
from rproc_tui.hosts.base import Host
from rproc_tui.linux import firmware_path
from rproc_tui.linux.staged_name import is_staged, own_name
from rproc_tui.model.processor import Processor

if TYPE_CHECKING:
    from rproc_tui.diagnosis.preflight.target import Target
    from rproc_tui.diagnosis.preflight.verdict import Verdict

CHOICES_MOST = 500
"""Files that are looked into."""

AT_ONCE = 8
"""Files that are read side by side."""

HEAD = 4096
"""Bytes that tell what a file is; only what may hold firmware is read whole."""

MAGICS = (b"\x7fELF", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
"""How ELF files and packed ones begin."""

IDENTITY = 8
"""Digits of the checksum that tell builds apart."""


@dataclass(frozen=True, slots=True)
class FirmwareChoice:
    """One file."""

    name: str
    """What would be written to `firmware`."""
    facts: FirmwareFacts | None
    """None when it cannot be read."""
    current: bool
    """It is the one that is set now."""
    modified: float
    """Seconds since the epoch; 0 when unknown."""
    check: Verdict | None = None
    """Whether it would boot on this processor; None where that was not looked into."""
    recent: bool = False
    """This processor was given it lately."""

    @property
    def fits(self) -> bool | None:
        """Whether it would boot here and is for this kind of machine; None when it cannot be read."""
        if self.facts is None:
            return None
        return self.facts.boots if self.check is None else self.check.fits

    @property
    def identity(self) -> str:
        """The first digits of its checksum; empty where it has none."""
        return (self.facts.sha256 or "")[:IDENTITY] if self.facts is not None else ""

    @property
    def verdict(self) -> str:
        """What speaks against it, in few words; `fits` when nothing is known to."""
        if self.facts is None:
            return "cannot be read"
        if self.check is not None:
            from rproc_tui.diagnosis.preflight.report import in_few_words  # noqa: PLC0415

            return in_few_words(self.check)
        if self.facts.boots:
            return "fits"
        return next((w for w in (self.facts.verdict.sanity, self.facts.verdict.load) if w != OK), "would not boot")

    @property
    def reason(self) -> str:
        """Whom it is for, or the first thing that was found, in a sentence; empty when there is none."""
        if self.check is None:
            return ""
        from rproc_tui.diagnosis.preflight.report import elsewhere_text  # noqa: PLC0415

        return elsewhere_text(self.check) or next((finding.message for finding in self.check.findings), "")


async def firmware_choices(
    host: Host, processor: Processor, others: Sequence[Processor] = (), recent: Sequence[str] = ()
) -> tuple[FirmwareChoice, ...]:
    """The candidates: what fits first, of that what it had lately, of that the newest.

    `others` are the processors of the same machine, one of which a file may be meant for; `recent` are names.
    """
    from rproc_tui.diagnosis.preflight.target import target_of  # noqa: PLC0415 (only who chooses pays for it)

    found = [name for name in await firmware_path.candidates(host) if not is_staged(name)]
    own = own_name(processor.firmware or "")
    names = dict.fromkeys((*recent, own, *found))
    names.pop("", None)
    look = _Look(host, target_of(processor), [target_of(other) for other in others])
    choices = await asyncio.gather(*(look.at(name) for name in list(names)[:CHOICES_MOST]))
    known = [
        replace(choice, current=choice.name == own, recent=choice.name in recent)
        for choice in choices
        if choice is not None
    ]
    return tuple(sorted(known, key=_rank))


def _rank(choice: FirmwareChoice) -> tuple[bool, bool, bool, float]:
    return not choice.fits, choice.facts is None or choice.facts.elf is None, not choice.recent, -choice.modified


class _Look:
    """Looks into files, a few at a time."""

    def __init__(self, host: Host, target: Target, others: Sequence[Target]) -> None:
        self._host = host
        self._files = FirmwareFiles(host)
        self._target = target
        self._others = others
        self._room = asyncio.Semaphore(AT_ONCE)

    async def at(self, name: str) -> FirmwareChoice | None:
        """One candidate; None when there is no such file."""
        async with self._room:
            path = await firmware_path.find(self._host, name)
            if path is None:
                path = posixpath.join(await firmware_path.folder(self._host), name)
            try:
                modified = (await self._host.stat(path)).mtime_ns / 1e9
            except OSError:
                return None
            facts = await self._facts(path)
        check = None if facts is None else await asyncio.to_thread(self._check, facts)
        return FirmwareChoice(name, facts, current=False, modified=modified, check=check)

    async def _facts(self, path: str) -> FirmwareFacts | None:
        """Of the whole file when it may be firmware, else of its beginning."""
        try:
            head = await self._host.read(path, limit=HEAD)
            size = (await self._host.stat(path)).size
        except OSError:
            return None
        if head.startswith(MAGICS):
            return await self._files.facts(path)
        from rproc_tui.firmware.inspect import facts  # noqa: PLC0415

        return facts(path, head, size, digest=size <= HEAD)

    def _check(self, facts: FirmwareFacts) -> Verdict:
        from rproc_tui.diagnosis.preflight.preflight import check, elsewhere  # noqa: PLC0415

        verdict = check(facts, self._target)
        return replace(verdict, elsewhere=elsewhere(verdict, self._others))
