"""What is installed beside the program itself, and in which version; what is wanted says the package's own metadata."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Callable
from dataclasses import dataclass

from rproc_tui.linux.doctor.check import Check, Status, Topic

PACKAGE = "rproc-tui"


@dataclass(frozen=True, slots=True)
class Extra:
    """A package that the program does without."""

    name: str
    lost: str
    cure: str


_EMULATOR = "`pip install 'rproc-tui[emulator]'`"

EXTRAS = (
    Extra("unicorn", "no --demo and no --board", _EMULATOR),
    Extra("devicetree", "no --demo and no --board", _EMULATOR),
    Extra("capstone", "crash reports show no instructions", "`pip install capstone`"),
    Extra("mfusepy", "no `mount`", "`pip install 'rproc-tui[mount]'`"),
    Extra("pyudev", "device events are heard without it", "`pip install pyudev`"),
    Extra("watchfiles", "watched firmware is looked at now and then", "`pip install watchfiles`"),
)

_LEAST = re.compile(r"([A-Za-z0-9_.-]+)[^;]*>=\s*([0-9][0-9.]*)")
_NUMBERS = re.compile(r"[0-9]+")


def installed(name: str) -> str | None:
    """The version of a package; None where it is not installed."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def required() -> list[str]:
    """What our own metadata asks for; nothing where the program runs uninstalled."""
    try:
        return importlib.metadata.requires(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        return []


def judge(versions: Callable[[str], str | None], requirements: list[str]) -> list[Check]:
    """A line for each extra."""
    least = {match[1]: match[2] for match in map(_LEAST.match, requirements) if match is not None}
    return [_extra(extra, versions(extra.name), least.get(extra.name)) for extra in EXTRAS]


def _extra(extra: Extra, version: str | None, least: str | None) -> Check:
    if version is None:
        return Check(Topic.EXTRAS, extra.name, Status.MISSING, f"not installed: {extra.lost}", extra.cure)
    if least is not None and _numbers(version) < _numbers(least):
        detail = f"{version} is older than {least}"
        return Check(Topic.EXTRAS, extra.name, Status.BROKEN, detail, f"`pip install --upgrade {extra.name}`")
    return Check(Topic.EXTRAS, extra.name, Status.OK, version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in _NUMBERS.findall(version))
