"""The `uevent` file of a device: reads as its properties; writing an action sends an event (lib/kobject_uevent.c).

Behind the action a UUID may stand and then `KEY=value` pairs of letters and digits, which the event carries on.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.attributes import properties_text, sysfs_file
from rproc_tui.remoteproc.dev_printk import WARNING, DevPrintk
from rproc_tui.remoteproc.errors import failure

if TYPE_CHECKING:
    from rproc_tui.remoteproc.environment import Environment
    from rproc_tui.remoteproc.virtual_tree import VirtualFile

ACTIONS = (b"add", b"remove", b"change", b"move", b"online", b"offline", b"bind", b"unbind")
ARGUMENTS = re.compile(rb"([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})((?: [0-9A-Za-z]+=[0-9A-Za-z]+)*)")


def uevent_file(
    environment: Environment, devpath: str, subsystem: str, properties: Callable[[], Mapping[str, str]]
) -> VirtualFile:
    """The file of one device; EINVAL, and two lines in the log, for what is no action."""

    def store(written: bytes) -> None:
        try:
            _send(environment, devpath, subsystem, written, properties())
        except OSError:
            _printk(environment, devpath, subsystem, properties()).error(
                f"uevent: failed to send synthetic uevent: -{errno.EINVAL}"
            )
            raise

    return sysfs_file(0o644, lambda: properties_text(properties()), store)


def driver_uevent_file(environment: Environment, devpath: str) -> VirtualFile:
    """The file of one driver, which can only be written; EINVAL, and a line in the log, for what is no action."""
    return sysfs_file(0o200, None, lambda written: _send(environment, devpath, "drivers", written, {}))


def _send(
    environment: Environment, devpath: str, subsystem: str, written: bytes, properties: Mapping[str, str]
) -> None:
    word, *arguments = _without_end(written).split(b" ", 1)
    if word not in ACTIONS:
        environment.log(WARNING, f"synth uevent: {devpath}: unknown uevent action string")
        raise failure(errno.EINVAL)
    synthetic = _synthetic(arguments[0]) if arguments else {"SYNTH_UUID": "0"}
    if synthetic is None:
        environment.log(WARNING, f"synth uevent: {devpath}: incorrect uevent action arguments")
        raise failure(errno.EINVAL)
    environment.uevent(word.decode(), devpath, subsystem, {**synthetic, **properties})


def _without_end(written: bytes) -> bytes:
    """One newline or NUL at the end is not looked at."""
    return written[:-1] if written[-1:] in (b"\n", b"\0") else written


def _synthetic(arguments: bytes) -> dict[str, str] | None:
    """The properties that arguments ask for; None where they are misshapen."""
    match = ARGUMENTS.fullmatch(arguments)
    if match is None:
        return None
    pairs = dict(pair.split("=") for pair in match[2].decode().split())
    return {"SYNTH_UUID": match[1].decode(), **{f"SYNTH_ARG_{key}": value for key, value in pairs.items()}}


def _printk(environment: Environment, devpath: str, subsystem: str, properties: Mapping[str, str]) -> DevPrintk:
    """The log as the device itself writes to it: under its driver, or without one under its bus or class."""
    name = devpath.rpartition("/")[2]
    device = f"c{properties['MAJOR']}:{properties['MINOR']}" if "MAJOR" in properties else f"+{subsystem}:{name}"
    return DevPrintk(environment, f"{properties.get('DRIVER', subsystem)} {name}", subsystem, device)
