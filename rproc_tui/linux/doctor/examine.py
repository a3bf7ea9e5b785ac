"""Looks a host over: every topic's facts are read, then judged; whatever the host does not tell is left out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from rproc_tui.hosts.base import Host, HostKind
from rproc_tui.linux import firmware_path
from rproc_tui.linux.doctor import (
    attributes,
    debug_files,
    dumps,
    firmware_folders,
    kernel_options,
    news,
    nodes,
    processor_class,
    sysfs,
    user_helper,
)
from rproc_tui.linux.doctor.check import Check
from rproc_tui.linux.doctor.kernel_config import read_config
from rproc_tui.linux.doctor.mounts import Mount, read_mounts
from rproc_tui.linux.doctor.processor_class import Found
from rproc_tui.linux.doctor.udev_rule import UdevRule, rule_for
from rproc_tui.linux.doctor.visitor import Visitor, read_visitor
from rproc_tui.linux.reading import try_list

MODULES = "/sys/module"

WITHOUT_UDEV = "run as root, or give its files to a group at every boot, as `udev` above says"


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found of one host."""

    label: str
    kind: HostKind
    kernel: str | None
    checks: tuple[Check, ...]
    rule: UdevRule | None
    """The rule to install; None when it would cure nothing."""


async def examine(host: Host) -> Examination:
    """Read and judge; nothing is written."""
    release, modules, mounts, found, visitor = await asyncio.gather(
        firmware_path.kernel_release(host),
        try_list(host, MODULES),
        read_mounts(host),
        processor_class.read_class(host),
        read_visitor(host),
    )
    config = await read_config(host, release)
    loaded = frozenset(modules)
    tells = host.kind not in (HostKind.EMULATED, HostKind.ROOT)
    checks = [processor_class.judge(found, config, loaded)]
    if tells or config is not None:
        checks += kernel_options.judge(config, loaded)
    checks += debug_files.judge(await debug_files.read_debug_files(host, mounts), len(found.ids))
    checks.append(dumps.judge(await dumps.read_disabled(host)))
    if host.kind is not HostKind.ROOT:
        checks += news.judge(await news.read_news(host))
    checks += firmware_folders.judge(await firmware_folders.read_folders(host, mounts, found), visitor)
    checks += user_helper.judge(await user_helper.read_user_helper(host), config)
    checks += await _permissions(host, mounts, found, visitor)
    rule = rule_for(visitor.name) if any(check.by_rule for check in checks) else None
    return Examination(host.label, host.kind, release, tuple(checks), rule)


async def _permissions(host: Host, mounts: tuple[Mount, ...], found: Found, visitor: Visitor) -> list[Check]:
    """Where no daemon would apply a rule, none is offered."""
    mounted = await sysfs.read_sysfs(host, mounts)
    checks = [attributes.judge(one, visitor) for one in await attributes.read_attributes(host, found)]
    checks += nodes.judge(await nodes.read_nodes(host), visitor)
    if mounted.mount is not None and not mounted.udev:
        checks = [replace(check, cure=WITHOUT_UDEV, by_rule=False) if check.by_rule else check for check in checks]
    return [*sysfs.judge(mounted), *checks]
