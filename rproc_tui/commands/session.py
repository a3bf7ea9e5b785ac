"""Runs a controller for as long as a verb needs it, and finds the processors that its arguments name."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from rproc_tui.clock import SystemClock
from rproc_tui.commands.chosen import chosen_settings
from rproc_tui.commands.where import open_hosts
from rproc_tui.controller.configuration import Configuration, read_configuration
from rproc_tui.controller.controller import Controller
from rproc_tui.errors import HostError, NoSuchProcessor
from rproc_tui.hosts.base import Host
from rproc_tui.model.processor import HostState, Processor, Snapshot
from rproc_tui.sanitise import sanitise

_NONE = "there are none at all: `rproc-tui doctor` looks why, `--demo` brings some"


@dataclass(frozen=True, slots=True)
class Absent:
    """A host that lacks a processor that others have."""

    host: str
    wanted: str
    message: str


@contextlib.asynccontextmanager
async def controller_for(options: argparse.Namespace, hosts: Sequence[Host] | None = None) -> AsyncIterator[Controller]:
    """A started controller over these hosts, else over those that the options name: each was reached, or cannot be."""
    stays = options.verb == "watch" or getattr(options, "follow", False)
    reloads = options.verb in {"watch", "reload"}
    configuration = read_configuration() if reloads else Configuration()
    settings = chosen_settings(options, configuration, capture=stays)
    controller = Controller(open_hosts(options) if hosts is None else hosts, clock=SystemClock(), settings=settings)
    try:
        await controller.start()
        await controller.reached()
        yield controller
    finally:
        await controller.close()


def find(snapshot: Snapshot, wanted: str) -> Processor:
    """By `remoteproc0`, by `0`, by name, or by the device's name, each with `HOST/` in front where there are several.

    NoSuchProcessor names what there is, HostError says why nobody knows.
    """
    matches = _matches(snapshot, wanted)
    if len(matches) > 1:
        raise _ambiguous(snapshot, wanted, matches)
    return matches[0]


def find_all(snapshot: Snapshot, wanted: Sequence[str]) -> tuple[list[Processor], list[Absent]]:
    """All that some words mean, on every host at once, each once; and the hosts that lack one that others have.

    NoSuchProcessor when no host has one.
    """
    found = [find_on_each(snapshot, word) for word in wanted]
    processors = {processor.key: processor for matches, _ in found for processor in matches}
    return list(processors.values()), [one for _, absent in found for one in absent]


def find_on_each(snapshot: Snapshot, wanted: str) -> tuple[list[Processor], list[Absent]]:
    """The one of each host that a word means, and the hosts that have none; NoSuchProcessor when no host has one."""
    matches = _matches(snapshot, wanted)
    hosts, _ = _meant(snapshot, wanted)
    absent = []
    for host in hosts:
        own = [processor for processor in matches if processor.key.host == host.label]
        if len(own) > 1:
            raise _ambiguous(snapshot, wanted, own)
        if not own:
            absent.append(Absent(host.label, wanted, host.error or f"there is no processor {wanted} on {host.label}"))
    return matches, absent


def _matches(snapshot: Snapshot, wanted: str) -> list[Processor]:
    """Never empty."""
    hosts, name = _meant(snapshot, wanted)
    for names in (_ids, _names, _devices):
        matches = [processor for host in hosts for processor in host.processors if name in names(processor)]
        if matches:
            return matches
    if hosts and not any(host.is_reached for host in hosts):
        raise HostError("; ".join(host.error or host.label for host in hosts))
    there = ", ".join(f"{_full_id(snapshot, processor)} ({processor.name})" for processor in snapshot.processors)
    raise NoSuchProcessor(f"there is no processor {wanted}", hint=f"there are: {there}" if there else _NONE)


def _meant(snapshot: Snapshot, wanted: str) -> tuple[Sequence[HostState], str]:
    """The hosts that a word speaks of, and what it says of them."""
    for host in snapshot.hosts:
        if wanted.startswith(f"{host.label}/"):
            return (host,), wanted.removeprefix(f"{host.label}/")
    return snapshot.hosts, wanted


def _ambiguous(snapshot: Snapshot, wanted: str, matches: Sequence[Processor]) -> NoSuchProcessor:
    ids = ", ".join(_full_id(snapshot, processor) for processor in matches)
    return NoSuchProcessor(f"{wanted} names several processors", hint=f"say which: {ids}")


def _full_id(snapshot: Snapshot, processor: Processor) -> str:
    """Its id, with its host where there are several."""
    return processor.id if len(snapshot.hosts) == 1 else f"{processor.key.host}/{processor.id}"


def _ids(processor: Processor) -> tuple[str, ...]:
    return processor.id, processor.id.removeprefix("remoteproc")


def _names(processor: Processor) -> tuple[str, ...]:
    return (processor.name,)


def _devices(processor: Processor) -> tuple[str, ...]:
    return processor.key.device, processor.key.device.rpartition("/")[2]


def tell_absent(absent: Sequence[Absent]) -> None:
    """Say on stderr which hosts lack what."""
    for one in absent:
        print(sanitise(f"{one.host}: {one.message}"), file=sys.stderr)


def print_json(value: dict[str, Any]) -> None:
    """One object, indented, on standard output."""
    json.dump(value, sys.stdout, indent=1, ensure_ascii=True)
    sys.stdout.write("\n")
