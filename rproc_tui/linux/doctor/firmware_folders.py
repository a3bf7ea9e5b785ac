"""Where the kernel looks for firmware, whether those folders are there, and whether a new file can be put into one."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import firmware_path, paths
from rproc_tui.linux.doctor.attributes import facts_or_none
from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.linux.doctor.mounts import Mount, covering, real_path
from rproc_tui.linux.doctor.processor_class import Found
from rproc_tui.linux.doctor.visitor import Visitor, admitting_group, allows, how_to_join
from rproc_tui.linux.permissions import WRITE
from rproc_tui.linux.reading import try_line, try_link
from rproc_tui.model.file_facts import FileFacts, FileKind
from rproc_tui.sanitise import sanitise

PID_NAMESPACE = "/proc/self/ns/pid"
INITIAL_PID_NAMESPACE = "pid:[4026531836]"
"""The machine's own (include/linux/proc_ns.h, PROC_PID_INIT_INO); a container has another."""

FIRMWARE_READ_MOST = 64
"""Processors whose firmware is looked for."""

_NOWHERE = frozenset({None, "", "unknown"})
"""What `firmware` reads where no file is named (attached)."""


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of the search."""

    path: str
    real: str
    """Free of links."""
    facts: FileFacts | None
    mount: Mount | None


@dataclass(frozen=True, slots=True)
class FirmwareFolders:
    """The search, the kernel's first choice first."""

    configured: str | None
    """firmware_class.path; None where it is not set."""
    folders: tuple[Folder, ...]
    container: bool
    """Whether we are in one: the kernel looks in the machine's own folders."""
    wanted: tuple[tuple[str, str, str | None], ...]
    """Processor, the name of its firmware, and the file that the kernel would load for it."""

    @property
    def target(self) -> Folder:
        """Where a new file is put."""
        place = self.configured or paths.LIB_FIRMWARE
        return next(folder for folder in self.folders if folder.path == place)


async def read_folders(host: Host, mounts: tuple[Mount, ...], found: Found) -> FirmwareFolders:
    """All of it."""
    folders = [await _folder(host, path, mounts) for path in await firmware_path.folders(host)]
    wanted = []
    for one, name in list(zip(found.ids, found.names, strict=True))[:FIRMWARE_READ_MOST]:
        firmware = (await try_line(host, paths.attribute(one, "firmware"))).text
        if firmware is not None and firmware not in _NOWHERE:
            wanted.append((name, firmware, await firmware_path.find(host, firmware)))
    configured = await firmware_path.configured(host)
    container = await try_link(host, PID_NAMESPACE) not in (None, INITIAL_PID_NAMESPACE)
    return FirmwareFolders(configured, tuple(folders), container, tuple(wanted))


async def _folder(host: Host, path: str, mounts: tuple[Mount, ...]) -> Folder:
    real = await real_path(host, path)
    return Folder(path, real, await facts_or_none(host, real), covering(mounts, real))


def judge(found: FirmwareFolders, visitor: Visitor) -> list[Check]:
    """The search, where a new file goes, and each processor's file."""
    checks = [_configured(found), _target(found, visitor)]
    if found.container:
        checks.append(_container(found.target))
    return [*checks, *(_wanted(*one) for one in found.wanted)]


def _configured(found: FirmwareFolders) -> Check:
    name = "search path"
    there = [sanitise(folder.path) for folder in found.folders if _is_folder(folder)]
    if found.configured is not None and not _is_folder(found.target):
        detail = f"firmware_class.path is {sanitise(found.configured)}, and there is no such folder"
        cure = f"make it, or clear it: `printf '' | sudo tee {paths.FIRMWARE_CLASS_PATH}`"
        return Check(Topic.FIRMWARE, name, Status.BROKEN, detail, cure)
    if not there:
        cure = f"`sudo mkdir -p {paths.LIB_FIRMWARE}`"
        return Check(Topic.FIRMWARE, name, Status.MISSING, "no folder that the kernel looks into is there", cure)
    first = " (firmware_class.path)" if found.configured is not None else ""
    return Check(Topic.FIRMWARE, name, Status.OK, f"{there[0]}{first}{''.join(f', {path}' for path in there[1:])}")


def _is_folder(folder: Folder) -> bool:
    return folder.facts is not None and folder.facts.kind is FileKind.DIRECTORY


def _target(found: FirmwareFolders, visitor: Visitor) -> Check:
    folder, name = found.target, "new files"
    shown = sanitise(folder.path)
    if folder.facts is None or not _is_folder(folder):
        detail = f"{shown} is not there, so firmware cannot be installed"
        return Check(Topic.FIRMWARE, name, Status.MISSING, detail, f"`sudo mkdir -p {shown}`")
    if folder.mount is not None and folder.mount.read_only:
        detail = f"{shown} is on a file system that is mounted read-only"
        cure = f"`sudo mount -o remount,rw {sanitise(folder.mount.place)}`, or {_ELSEWHERE}"
        return Check(Topic.FIRMWARE, name, Status.MISSING, detail, cure)
    if not allows(visitor, folder.facts, WRITE):
        detail = f"{visitor} may not write to {shown} ({visitor.described(folder.facts)})"
        gid = admitting_group(folder.facts, WRITE)
        cure = f"run as root, or {_ELSEWHERE}" if gid is None else how_to_join(visitor, gid)
        return Check(Topic.FIRMWARE, name, Status.MISSING, detail, cure)
    return Check(Topic.FIRMWARE, name, Status.OK, f"go to {shown}")


_ELSEWHERE = (
    "let the kernel look in a folder of yours first, for every driver: "
    f"`printf /path/to/folder | sudo tee {paths.FIRMWARE_CLASS_PATH}`"
)


def _container(target: Folder) -> Check:
    """A folder that is mounted on its own is taken for the machine's."""
    name = "container"
    if target.mount is not None and target.mount.place != "/":
        return Check(Topic.FIRMWARE, name, Status.OK, f"{sanitise(target.path)} is mounted into this container")
    detail = f"this is a container: the kernel loads from the machine's own {paths.LIB_FIRMWARE}, not from the one here"
    cure = f"hand it in: `-v {paths.LIB_FIRMWARE}:{paths.LIB_FIRMWARE}`"
    return Check(Topic.FIRMWARE, name, Status.BROKEN, detail, cure)


def _wanted(processor: str, firmware: str, path: str | None) -> Check:
    name = f"firmware of {processor}"
    if path is not None:
        return Check(Topic.FIRMWARE, name, Status.OK, sanitise(path))
    detail = f"{firmware} is in no folder of the search, or is empty: `boot` fails with ENOENT or EINVAL"
    cure = f"put it there, or name another: `rproc-tui firmware {processor}` lists what there is"
    return Check(Topic.FIRMWARE, name, Status.MISSING, detail, cure)
