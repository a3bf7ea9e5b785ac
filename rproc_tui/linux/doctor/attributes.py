"""Whether each processor's attributes in sysfs may be written by whoever asks."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.linux.doctor.processor_class import Found
from rproc_tui.linux.doctor.visitor import Visitor, admission, allows
from rproc_tui.linux.permissions import KEPT_BY_THE_KERNEL, WRITE, nobody_may_write
from rproc_tui.linux.reading import try_link
from rproc_tui.model.file_facts import FileFacts

COMMANDED = ("state", "firmware", "recovery", "coredump")
"""The attributes that our actions write, in this order of importance."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """Those of one processor that are there."""

    id: str
    name: str
    facts: Mapping[str, FileFacts]
    driver: str | None = None


async def read_attributes(host: Host, found: Found) -> list[Attributes]:
    """Those of every processor."""
    return [
        Attributes(one, name, await _facts(host, one), await _driver(host, one))
        for one, name in zip(found.ids, found.names, strict=True)
    ]


async def _driver(host: Host, processor_id: str) -> str | None:
    target = await try_link(host, f"{paths.attribute(processor_id, 'device')}/driver")
    return None if target is None else posixpath.basename(target)


async def _facts(host: Host, processor_id: str) -> dict[str, FileFacts]:
    read = await asyncio.gather(*(facts_or_none(host, paths.attribute(processor_id, name)) for name in COMMANDED))
    return {name: facts for name, facts in zip(COMMANDED, read, strict=True) if facts is not None}


async def facts_or_none(host: Host, path: str) -> FileFacts | None:
    """What stat(2) says; None where the file is not to be seen."""
    try:
        return await host.stat(path)
    except OSError:
        return None


def judge(attributes: Attributes, visitor: Visitor) -> Check:
    """One line for a processor."""
    name = f"{attributes.name} ({attributes.id})"
    state = attributes.facts.get("state")
    if attributes.driver in KEPT_BY_THE_KERNEL or (state is not None and nobody_may_write(state)):
        detail = "takes no commands from user space: its driver leaves it to the kernel"
        return Check(Topic.PERMISSIONS, name, Status.OK, detail)
    closed = {
        attribute: facts
        for attribute, facts in attributes.facts.items()
        if not allows(visitor, facts, WRITE) and not nobody_may_write(facts)
    }
    if not closed:
        return Check(Topic.PERMISSIONS, name, Status.OK, f"{visitor} may command it", needed=True)
    first = next(iter(closed.values()))
    detail = f"{visitor} may not write {', '.join(closed)} ({visitor.described(first)})"
    cure, by_rule = admission(visitor, first, WRITE)
    return Check(Topic.PERMISSIONS, name, Status.MISSING, detail, cure, needed=True, by_rule=by_rule)
