"""Which machine a command speaks of: the options in front of the verb, and the hosts that they open."""

from __future__ import annotations

import argparse
import importlib.util
import os
from typing import TYPE_CHECKING, Any

from rproc_tui.commands import where_ssh
from rproc_tui.errors import EmulatorMissing, UsageError

if TYPE_CHECKING:
    from rproc_tui.hosts.base import Host

ENGINE = ("unicorn", "devicetree")
"""What the extra `emulator` brings."""

INSTALL_EMULATOR = "pip install 'rproc-tui[emulator]'; everything else works without it"


_OPTIONS: dict[str, dict[str, Any]] = {
    "--demo": {
        "action": "store_true",
        "help": "the bundled board, whose processors execute real firmware; it lives as long as the command",
    },
    "--board": {"metavar": "FILE.dts", "help": "an emulated board of your own, from its source"},
    "--ssh": {
        "action": "append",
        "metavar": "[USER@]HOST",
        "help": "a board, through your ssh and its configuration; or a label of [hosts] in config.toml; repeatable",
    },
    "--sudo": {"action": "store_true", "help": "with --ssh: be root there, by sudo without a password"},
    "--root": {"metavar": "DIR", "help": "a tree of sysfs files kept in a folder"},
    "--firmware-folder": {
        "metavar": "DIR",
        "help": "the emulated board's /lib/firmware: a folder of yours, used as it is",
    },
    "--read-only": {"action": "store_true", "help": "refuse whatever would write"},
}

ANY = frozenset(_OPTIONS)
"""What a verb offers that acts on processors."""
LOOKS = ANY - {"--read-only"}
"""What a verb offers that never writes."""
EMULATED = frozenset({"--demo", "--board", "--firmware-folder"})
"""What a verb offers that is for emulated processors."""
KINDS = frozenset({"--demo", "--board", "--root"})
"""What a verb offers that looks at no machine, only at what was kept of one."""
NOWHERE: frozenset[str] = frozenset()
"""What a verb offers that speaks of files alone."""


def add_arguments(
    parser: argparse.ArgumentParser, offered: frozenset[str] = ANY, *, behind_the_verb: bool = False
) -> None:
    """Add the options that name a host; without any it is this machine. A verb takes them in front of it and behind.

    `offered` are those that mean something there.
    """
    if not offered:
        return
    group = parser.add_argument_group("where", "this machine, unless one of these says otherwise")
    unset: dict[str, Any] = {"default": argparse.SUPPRESS} if behind_the_verb else {}
    for name, option in _OPTIONS.items():
        if name in offered:
            group.add_argument(name, **option, **unset)


def check(options: argparse.Namespace) -> None:
    """Refuse what cannot be opened, as `open_hosts` does, at the cost of a look: before a screen is set up for it."""
    if options.demo or options.board:
        missing = [name for name in ENGINE if importlib.util.find_spec(name) is None]
        if missing:
            raise EmulatorMissing(f"the emulator needs {' and '.join(missing)}", hint=INSTALL_EMULATOR)
    elif options.firmware_folder:
        raise UsageError("--firmware-folder goes with --demo or --board")
    if sum(map(bool, (options.demo, options.board, options.root, options.ssh))) > 1:
        raise UsageError("--demo, --board, --root and --ssh name different machines: give one of them")
    where_ssh.destinations(options)
    if options.board is not None and not os.path.isfile(options.board):
        raise UsageError(f"--board {options.board}: no such file")
    for option, folder in (("--root", options.root), ("--firmware-folder", options.firmware_folder)):
        if folder is not None and not os.path.isdir(folder):
            raise UsageError(f"{option} {folder}: no such folder")


def open_hosts(options: argparse.Namespace, *, configured: bool = True) -> list[Host]:
    """The hosts that the options name; UsageError, BoardError or EmulatorMissing when they cannot be had.

    Without `configured` no option means this machine, whatever boards the configuration names.
    """
    check(options)
    elsewhere = where_ssh.destinations(options) if configured or options.ssh else {}
    hosts = where_ssh.open_hosts(options, elsewhere) if elsewhere else [_open_host(options)]
    if not options.read_only:
        return hosts
    from rproc_tui.hosts.read_only import read_only  # noqa: PLC0415 (only who promises it pays)

    return [read_only(host) for host in hosts]


def _open_host(options: argparse.Namespace) -> Host:
    if options.demo or options.board:
        from rproc_tui.hosts.emulated.open_board import open_board  # noqa: PLC0415 (the engine stays out of other verbs)

        return open_board(options.board, firmware_folder=options.firmware_folder)
    from rproc_tui.hosts.local import LocalHost  # noqa: PLC0415

    return LocalHost(root=options.root)
