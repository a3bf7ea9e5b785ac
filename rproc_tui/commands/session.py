"""Runs a controller for as long as a verb needs it, and finds the processors that its arguments name."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

from rproc_tui.clock import SystemClock
from rproc_tui.commands.chosen import chosen_settings
from rproc_tui.commands.where import open_hosts
from rproc_tui.controller.configuration import Configuration, read_configuration
from rproc_tui.controller.controller import Controller
from rproc_tui.errors import NoSuchProcessor
from rproc_tui.hosts.base import Host
from rproc_tui.model.processor import Processor, Snapshot

_NONE = "there are none at all: `rproc-tui doctor` looks why, `--demo` brings some"


@contextlib.asynccontextmanager
async def controller_for(options: argparse.Namespace, hosts: Sequence[Host] | None = None) -> AsyncIterator[Controller]:
    """A started controller over these hosts, else over those that the options name."""
    stays = options.verb == "watch" or getattr(options, "follow", False)
    reloads = options.verb in {"watch", "reload"}
    configuration = read_configuration() if reloads else Configuration()
    settings = chosen_settings(options, configuration, capture=stays)
    controller = Controller(open_hosts(options) if hosts is None else hosts, clock=SystemClock(), settings=settings)
    try:
        await controller.start()
        yield controller
    finally:
        await controller.close()


def find(snapshot: Snapshot, wanted: str) -> Processor:
    """By `remoteproc0`, by `0`, by name, or by the device's name; NoSuchProcessor names what there is."""
    for names in (_ids, _names, _devices):
        matches = [processor for processor in snapshot.processors if wanted in names(processor)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            ids = ", ".join(processor.id for processor in matches)
            raise NoSuchProcessor(f"{wanted} names several processors", hint=f"say which: {ids}")
    there = ", ".join(f"{processor.id} ({processor.name})" for processor in snapshot.processors)
    raise NoSuchProcessor(f"there is no processor {wanted}", hint=f"there are: {there}" if there else _NONE)


def _ids(processor: Processor) -> tuple[str, ...]:
    return processor.id, processor.id.removeprefix("remoteproc")


def _names(processor: Processor) -> tuple[str, ...]:
    return (processor.name,)


def _devices(processor: Processor) -> tuple[str, ...]:
    return processor.key.device, processor.key.device.rpartition("/")[2]


def print_json(value: dict[str, Any]) -> None:
    """One object, indented, on standard output."""
    json.dump(value, sys.stdout, indent=1, ensure_ascii=True)
    sys.stdout.write("\n")
