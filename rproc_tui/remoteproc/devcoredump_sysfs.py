"""The files of waiting dumps (`/sys/class/devcoredump`, drivers/base/devcoredump.c)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rproc_tui.remoteproc.attributes import link, sysfs_file
from rproc_tui.remoteproc.uevent_file import uevent_file
from rproc_tui.remoteproc.virtual_tree import Directory, Node, VirtualFile

if TYPE_CHECKING:
    from rproc_tui.remoteproc.devcoredump import Devcoredump, Devcoredumps


def dump_folder(dumps: Devcoredumps, dump: Devcoredump) -> Directory:
    """`devcd1`. Any write to `data` frees it."""

    def discard(data: bytes) -> None:
        if data:
            dumps.discard(dump)

    def entries() -> Mapping[str, Node]:
        at = f"/sys{dump.devpath}"
        return {
            "data": VirtualFile(0o600, dump.read, discard),
            "failing_device": link(at, f"/sys{dump.rproc.devpath}"),
            "subsystem": link(at, "/sys/class/devcoredump"),
            "uevent": uevent_file(dump.rproc.environment, dump.devpath, "devcoredump", dict),
        }

    return Directory(entries)


def class_folder(dumps: Devcoredumps) -> Directory:
    """`/sys/class/devcoredump`: links to the dumps, and the switch."""

    def entries() -> Mapping[str, Node]:
        at = "/sys/class/devcoredump"
        disabled = sysfs_file(0o644, lambda: b"%d\n" % dumps.disabled, dumps.disable)
        return {"disabled": disabled, **{dump.name: link(at, f"/sys{dump.devpath}") for dump in dumps.waiting}}

    return Directory(entries)
