"""Who we are on the machine whose files these are, and whether that is enough to write one of them."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.reading import try_bytes
from rproc_tui.model.file_facts import FileFacts

CAP_DAC_OVERRIDE = 1
"""Bit of the capability that passes over permission bits."""

READ, WRITE = 0o4, 0o2
"""Bits of a mode that may be wanted, as they stand for others."""

KEPT_BY_THE_KERNEL = frozenset({"wkup_m3_rproc"})
"""Drivers that take no commands from user space; before 6.0 the mode of their files did not say so."""

_STATUS_MOST = 16 * 1024


@dataclass(frozen=True, slots=True)
class Credentials:
    """The effective user and groups of whoever reads and writes for us."""

    uid: int
    gids: frozenset[int]
    overrides: bool
    """Has CAP_DAC_OVERRIDE: what root usually has, also in some containers."""


async def credentials(host: Host) -> Credentials | None:
    """Ours, from /proc/self/status; None where there is none (an emulated board, a folder of files)."""
    data = await try_bytes(host, paths.SELF_STATUS, _STATUS_MOST)
    return None if data is None else parse_status(data)


def parse_status(data: bytes) -> Credentials | None:
    """From the text of a process's status file; None when it tells nothing."""
    fields = {key: value.split() for key, _, value in (line.partition(b":") for line in data.split(b"\n"))}
    try:
        uid, gid = int(fields[b"Uid"][1]), int(fields[b"Gid"][1])  # real, effective, saved, file system
        groups = frozenset(int(group) for group in fields.get(b"Groups", []))
        capabilities = int(fields[b"CapEff"][0], 16) if b"CapEff" in fields else 0
    except (KeyError, IndexError, ValueError):
        return None
    return Credentials(uid, groups | {gid}, bool(capabilities >> CAP_DAC_OVERRIDE & 1))


def nobody_may_write(facts: FileFacts) -> bool:
    """Whether a file has no write bit at all: sysfs then refuses root too, whatever access(2) answers."""
    return facts.mode & 0o222 == 0


def may_write(facts: FileFacts, who: Credentials | None) -> bool:
    """Whether an attribute can be opened for writing, as far as its bits tell; without credentials they are ours."""
    return allows(facts, who, WRITE)


def allows(facts: FileFacts, who: Credentials | None, wanted: int) -> bool:
    """Whether mode bits give all that is wanted (READ, WRITE)."""
    if wanted & WRITE and nobody_may_write(facts):
        return False
    if who is None or who.overrides:
        return True
    if who.uid == facts.uid:
        return facts.mode >> 6 & wanted == wanted
    if facts.gid in who.gids:
        return facts.mode >> 3 & wanted == wanted
    return facts.mode & wanted == wanted
