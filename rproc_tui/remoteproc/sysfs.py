"""The files of a processor in sysfs (drivers/remoteproc/remoteproc_sysfs.c), byte for byte and errno for errno."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

from rproc_tui.model.processor import State
from rproc_tui.remoteproc.attributes import PAGE, constant, link, sysfs_file
from rproc_tui.remoteproc.c_text import as_bytes, as_text, c_string, sysfs_streq
from rproc_tui.remoteproc.coredump import CoredumpMode
from rproc_tui.remoteproc.dev_printk import WARNING
from rproc_tui.remoteproc.errors import failure
from rproc_tui.remoteproc.uevent_file import uevent_file
from rproc_tui.remoteproc.virtio_sysfs import vdev_folder
from rproc_tui.remoteproc.virtual_tree import Directory, Node, VirtualFile

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


def processor_folder(rproc: Rproc) -> Directory:
    """`remoteprocN`."""

    def entries() -> Mapping[str, Node]:
        at = f"/sys{rproc.devpath}"
        nodes: dict[str, Node] = {
            "coredump": _attribute(rproc, coredump_text, store_coredump),
            "device": link(at, f"/sys{rproc.device.devpath}"),
            "firmware": _attribute(rproc, _show_firmware, _store_firmware),
            "name": sysfs_file(0o444, lambda: as_bytes(rproc.name) + b"\n"),
            "recovery": _attribute(rproc, recovery_text, _store_recovery),
            "state": _attribute(rproc, _show_state, _store_state),
            "subsystem": link(at, "/sys/class/remoteproc"),
            "uevent": uevent_file(rproc.environment, rproc.devpath, "remoteproc", lambda: rproc.uevent_properties),
        }
        if rproc.node is not None:
            nodes["dev"] = constant(f"{rproc.node.major}:{rproc.node.minor}")
        dump = rproc.registry.dumps.of(rproc)
        if dump is not None:
            nodes["devcoredump"] = link(at, f"/sys{dump.devpath}")
        nodes.update({vdev.name: vdev_folder(vdev) for vdev in tuple(rproc.children)})
        return nodes

    return Directory(entries)


def _attribute(rproc: Rproc, show: Callable[[Rproc], bytes], store: Callable[[Rproc, bytes], None]) -> VirtualFile:
    """A writable attribute, unless the driver keeps the processor to itself."""
    if rproc.sysfs_read_only and rproc.environment.profile.sysfs_read_only:
        return sysfs_file(0o444, lambda: show(rproc))
    return sysfs_file(0o644, lambda: show(rproc), lambda written: store(rproc, written))


def _show_state(rproc: Rproc) -> bytes:
    return rproc.state.value.encode() + b"\n"


def _show_firmware(rproc: Rproc) -> bytes:
    """The name; of a processor that was attached to it is not known. One that fills the page loses its newline."""
    unknown_in = State.DETACHED if rproc.environment.profile.attached_shows_running else State.ATTACHED
    if rproc.state is unknown_in or rproc.autonomous:
        return b"unknown\n"
    text = as_bytes(rproc.firmware) + b"\n"
    if len(text) >= PAGE:
        rproc.environment.log(WARNING, "fill_read_buffer: dev_attr_show+0x0/0x40 returned bad count")
    return text[: PAGE - 1]


def _store_firmware(rproc: Rproc, written: bytes) -> None:
    rproc.set_firmware(written)


def _store_state(rproc: Rproc, written: bytes) -> None:
    """`start`, `stop`, `detach`; each blocks until it is done."""
    if sysfs_streq(written, b"start"):
        _start(rproc)
    elif sysfs_streq(written, b"stop"):
        _stop(rproc)
    elif sysfs_streq(written, b"detach") and rproc.environment.profile.has_detach:
        rproc.detach()
    else:
        rproc.printk.error(f"Unrecognised option: {as_text(c_string(written))}")
        raise failure(errno.EINVAL)


def _start(rproc: Rproc) -> None:
    if rproc.state in rproc.environment.profile.start_refused_in:
        raise failure(errno.EBUSY)
    with rproc.printk.on_failure("Boot failed"):
        rproc.boot()


def _stop(rproc: Rproc) -> None:
    profile = rproc.environment.profile
    if profile.stop_result_is_lost:
        if rproc.state not in profile.stops_in:
            raise failure(errno.EINVAL)
        with suppress(OSError):
            rproc.shutdown()
    else:
        rproc.shutdown()


def _store_recovery(rproc: Rproc, written: bytes) -> None:
    for word in RecoveryWord:
        if sysfs_streq(written, word.value.encode()):
            set_recovery(rproc, word)
            return
    raise failure(errno.EINVAL)


class RecoveryWord(StrEnum):
    """What can be written to `recovery`, in the order in which it is compared."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    RECOVER = "recover"


def set_recovery(rproc: Rproc, word: RecoveryWord) -> None:
    """Set the flag, or recover at once; what becomes of a recovery is not told."""
    if word is RecoveryWord.DISABLED:
        rproc.recovery_disabled = True
        return
    if word is RecoveryWord.ENABLED:
        rproc.recovery_disabled = False
    with suppress(OSError):
        rproc.trigger_recovery()


def store_coredump(rproc: Rproc, written: bytes) -> None:
    """One of the three words."""
    choose_coredump(rproc, lambda word: sysfs_streq(written, word))


def choose_coredump(rproc: Rproc, matches: Callable[[bytes], bool]) -> None:
    """Set the mode whose word matches; a crashed processor refuses before it looks at the word."""
    if rproc.state is State.CRASHED:
        rproc.printk.error("can't change coredump configuration")
        raise failure(errno.EBUSY)
    for mode in CoredumpMode:
        if matches(mode.value.encode()):
            rproc.coredump_mode = mode
            return
    rproc.printk.error("Invalid coredump configuration")
    raise failure(errno.EINVAL)


def recovery_text(rproc: Rproc) -> bytes:
    """`enabled` or `disabled`."""
    return b"disabled\n" if rproc.recovery_disabled else b"enabled\n"


def coredump_text(rproc: Rproc) -> bytes:
    """`disabled`, `enabled` or `inline`."""
    return rproc.coredump_mode.value.encode() + b"\n"
