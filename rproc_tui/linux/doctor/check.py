"""One line of the doctor's findings: what was looked at, how it stands, and the cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How one thing stands."""

    OK = "ok"
    MISSING = "missing"
    """Not there, or not allowed."""
    BROKEN = "broken"
    """There, and set in a way that does harm."""


class Topic(StrEnum):
    """What a line belongs to."""

    KERNEL = "kernel"
    FIRMWARE = "firmware"
    PERMISSIONS = "permissions"
    TERMINAL = "terminal"
    EXTRAS = "extras"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    topic: Topic
    name: str
    status: Status
    detail: str
    """What was seen."""
    cure: str | None = None
    """What to do about it, with the command; None where it is ok."""
    needed: bool = False
    """Whether processors cannot be booted, stopped, recovered or given firmware without it."""
    by_rule: bool = False
    """Whether the udev rule cures it."""


def all_well(checks: Iterable[Check]) -> bool:
    """Whether nothing is missing or broken that an action needs."""
    return not any(check.needed and check.status is not Status.OK for check in checks)
