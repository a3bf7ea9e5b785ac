"""The boards that are reached through ssh: those that `--ssh` names, else those of `[hosts]` in the configuration."""

from __future__ import annotations

import argparse
import functools
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rproc_tui.errors import UsageError

if TYPE_CHECKING:
    from rproc_tui.hosts.base import Host

CLASS = "/sys/class/remoteproc"
"""With something in it, this machine is a board itself."""


def destinations(options: argparse.Namespace) -> Mapping[str, str]:
    """`[USER@]HOST` by label: `--ssh` takes a label of the configuration as well. UsageError for what is neither."""
    from rproc_tui.controller.configuration import read_configuration  # noqa: PLC0415 (only who may need it pays)
    from rproc_tui.hosts.ssh_command import checked  # noqa: PLC0415

    elsewhere = options.demo or options.board or options.root
    if elsewhere and not options.ssh:
        return {}
    configured = read_configuration().hosts
    if not options.ssh:
        return {label: checked(destination) for label, destination in configured.items()}
    found = {name: checked(configured.get(name, name)) for name in options.ssh}
    if len(found) < len(options.ssh):
        raise UsageError("--ssh names a machine twice")
    return found


def open_hosts(options: argparse.Namespace, wanted: Mapping[str, str]) -> list[Host]:
    """One host each; nothing is connected yet. This machine stands before those of the configuration if it is one."""
    from rproc_tui.clock import SystemClock  # noqa: PLC0415
    from rproc_tui.hosts.local import LocalHost  # noqa: PLC0415
    from rproc_tui.hosts.ssh import SshHost  # noqa: PLC0415
    from rproc_tui.hosts.ssh_line import dial  # noqa: PLC0415

    own: list[Host] = [] if options.ssh or not _is_a_board() else [LocalHost()]
    clock = SystemClock()
    for label, destination in wanted.items():
        dialling = functools.partial(dial, destination, sudo=options.sudo, label=label)
        own.append(SshHost(label, dialling, clock))
    return own


def _is_a_board() -> bool:
    try:
        return bool(os.listdir(CLASS))
    except OSError:
        return False
