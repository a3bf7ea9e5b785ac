"""Which machine a command speaks of: the options in front of the verb, and the hosts that they open."""

from __future__ import annotations

import argparse
import importlib.util
import os

from rproc_tui.errors import EmulatorMissing, UsageError
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.read_only import ReadOnlyHost

ENGINE = ("unicorn", "devicetree")
"""What the extra `emulator` brings."""

INSTALL_EMULATOR = "pip install 'rproc-tui[emulator]'; everything else works without it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a host; without any it is this machine."""
    group = parser.add_argument_group("where", "this machine, unless one of these says otherwise")
    one = group.add_mutually_exclusive_group()
    one.add_argument("--demo", action="store_true", help="the bundled board, whose processors execute real firmware")
    one.add_argument("--board", metavar="FILE.dts", help="an emulated board of your own, from its device tree source")
    one.add_argument("--root", metavar="DIR", help="a tree of sysfs files kept in a folder")
    group.add_argument(
        "--firmware-folder", metavar="DIR", help="the emulated board's /lib/firmware (a folder of yours)"
    )
    group.add_argument("--read-only", action="store_true", help="refuse whatever would write")


def check(options: argparse.Namespace) -> None:
    """Refuse what cannot be opened, as `open_hosts` does, at the cost of a look: before a screen is set up for it."""
    if options.demo or options.board:
        missing = [name for name in ENGINE if importlib.util.find_spec(name) is None]
        if missing:
            raise EmulatorMissing(f"the emulator needs {' and '.join(missing)}", hint=INSTALL_EMULATOR)
    elif options.firmware_folder:
        raise UsageError("--firmware-folder goes with --demo or --board")
    for option, path, found in (("--board", options.board, os.path.isfile), ("--root", options.root, os.path.isdir)):
        if path is not None and not found(path):
            raise UsageError(f"{option} {path}: no such {'file' if option == '--board' else 'folder'}")


def open_hosts(options: argparse.Namespace) -> list[Host]:
    """The hosts that the options name; UsageError, BoardError or EmulatorMissing when they cannot be had."""
    host = _open_host(options)
    return [ReadOnlyHost(host) if options.read_only else host]


def _open_host(options: argparse.Namespace) -> Host:
    check(options)
    if options.demo or options.board:
        from rproc_tui.hosts.emulated.open_board import open_board  # noqa: PLC0415 (the engine stays out of other verbs)

        return open_board(options.board, firmware_folder=options.firmware_folder)
    from rproc_tui.hosts.local import LocalHost  # noqa: PLC0415

    return LocalHost(root=options.root)
