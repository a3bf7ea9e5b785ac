"""A watched file of this machine, read whole: one version of it from beginning to end, or the reason why not."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from rproc_tui.controller.firmware_file import READ_MOST
from rproc_tui.controller.firmware_watch import fingerprint_of
from rproc_tui.controller.settle import Fingerprint
from rproc_tui.firmware.facts import FirmwareFacts, Severity
from rproc_tui.firmware.inspect import facts
from rproc_tui.firmware.units import size_text
from rproc_tui.firmware.whole import cut_off
from rproc_tui.hosts.file_access import is_being_written
from rproc_tui.linux.firmware_path import COMPRESSED


@dataclass(frozen=True, slots=True)
class Build:
    """One content that Linux would take."""

    facts: FirmwareFacts
    content: bytes
    digest: str
    """SHA-256 in hex."""
    fingerprint: Fingerprint
    """Of the version of the file that it was."""
    suffix: str = ""
    """`.zst` or `.xz` where the kernel is to unpack it."""


@dataclass(frozen=True, slots=True)
class NoBuild:
    """Why there is nothing to take."""

    reason: str
    moving: bool = False
    """It changed while it was read: look again when it rests."""


def read_build(path: str) -> Build | NoBuild:
    """What is in the file now. Never blocks and never raises, whatever the path names."""
    try:
        obstacle = _obstacle(os.stat(path))
        if obstacle is not None:
            return NoBuild(obstacle)
        whole = _whole(path)
    except OSError as error:
        return NoBuild(f"it cannot be read: {error.strerror}")
    if whole is None:
        return NoBuild("it changed while it was read", moving=True)
    content, version = whole
    suffix = next((suffix for suffix in COMPRESSED if path.endswith(suffix)), "")
    found = facts(path, content, len(content), unpacked_by_kernel=bool(suffix))
    fault = _fault(found)
    if fault is not None or found.sha256 is None:
        return NoBuild(fault or "it is too large")
    return Build(found, content, found.sha256, version, suffix)


def _obstacle(status: os.stat_result) -> str | None:
    if stat.S_ISDIR(status.st_mode):
        return "a directory is in its place"
    if not stat.S_ISREG(status.st_mode):
        return "what is in its place is no regular file"
    if status.st_size > READ_MOST:
        return f"it has more than {size_text(READ_MOST)}"
    return "the file is empty" if status.st_size == 0 else None


def _whole(path: str) -> tuple[bytes, Fingerprint] | None:
    """All of one version; None when another one came while it was read, or somebody has it open for writing."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        before = fingerprint_of(os.fstat(descriptor))
        content = file.read(READ_MOST + 1)
        same = fingerprint_of(os.fstat(descriptor)) == before == fingerprint_of(os.stat(path))
    if not same or len(content) != before.size or is_being_written(path):
        return None
    return content, before


def _fault(found: FirmwareFacts) -> str | None:
    """Why the kernel would not boot it, or why it is not all there, in one sentence."""
    missing = cut_off(found)
    if missing is not None:
        return missing
    if found.boots:
        return None
    errors = [problem for problem in found.problems if problem.severity is Severity.ERROR]
    if errors:
        return errors[0].message
    return found.verdict.sanity if found.verdict.sanity != "ok" else found.verdict.load
