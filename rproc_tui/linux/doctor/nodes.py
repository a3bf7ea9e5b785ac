"""Whether the character devices of processors and channels are there, and may be used by whoever asks."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.doctor.attributes import facts_or_none
from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.linux.doctor.visitor import Visitor, admission, allows
from rproc_tui.linux.permissions import READ, WRITE
from rproc_tui.linux.reading import try_list
from rproc_tui.model.file_facts import FileFacts

NODES_MOST = 256
"""Nodes that are looked at."""

_NODE = re.compile(r"(remoteproc|rpmsg_ctrl|rpmsg|ttyRPMSG)[0-9]{1,6}")
_DUMP = re.compile(r"devcd[0-9]{1,9}")

_WHAT_FOR = {
    "rpmsg_ctrl": "endpoints on channels",
    "rpmsg": "messages on a channel",
    "ttyRPMSG": "a channel as a line",
    "remoteproc": "commands where sysfs is read-only",
    "data": "the dump of a crashed processor",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A file that is opened for reading and writing."""

    path: str
    kind: str
    """As in its name: `rpmsg_ctrl`."""
    facts: FileFacts


async def read_nodes(host: Host) -> list[Node]:
    """All that there are now: nodes below /dev, and dumps that wait."""
    names = [match for match in map(_NODE.fullmatch, await try_list(host, "/dev")) if match is not None]
    dumps = [name for name in await try_list(host, paths.DEVCOREDUMP) if _DUMP.fullmatch(name)]
    places = [(f"/dev/{match[0]}", match[1]) for match in names] + [(paths.dump_data(dump), "data") for dump in dumps]
    places = places[:NODES_MOST]
    read = await asyncio.gather(*(facts_or_none(host, path) for path, _ in places))
    return [Node(path, kind, facts) for (path, kind), facts in zip(places, read, strict=True) if facts is not None]


def judge(nodes: list[Node], visitor: Visitor) -> list[Check]:
    """A line for each kind that there is."""
    kinds = dict.fromkeys(node.kind for node in nodes)
    return [_of_kind([node for node in nodes if node.kind == kind], visitor) for kind in kinds]


def _of_kind(nodes: list[Node], visitor: Visitor) -> Check:
    """One line: the first node that is closed speaks for all."""
    kind = nodes[0].kind
    closed = [node for node in nodes if not allows(visitor, node.facts, READ | WRITE)]
    shown = (closed or nodes)[0]
    others = len(closed or nodes) - 1
    name = shown.path + (f" and {others} more" if others else "")
    if not closed:
        return Check(Topic.PERMISSIONS, name, Status.OK, f"{_WHAT_FOR[kind]}: {visitor} may use it")
    detail = f"{_WHAT_FOR[kind]}: {visitor} may not use it ({visitor.described(shown.facts)})"
    cure, by_rule = admission(visitor, shown.facts, READ | WRITE)
    return Check(Topic.PERMISSIONS, name, Status.MISSING, detail, cure, by_rule=by_rule)
