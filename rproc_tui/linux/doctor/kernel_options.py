"""Which options of a kernel matter to remote processors, and what is lost without each.

By the Kconfig files of drivers/remoteproc, drivers/rpmsg, drivers/base and drivers/base/firmware_loader.
"""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.linux.doctor.check import Check, Status, Topic
from rproc_tui.linux.doctor.kernel_config import Config


@dataclass(frozen=True, slots=True)
class Option:
    """One that can be left out."""

    name: str
    module: str
    """What it is called when it is built as a module."""
    lost: str
    """What there is not without it."""
    build_with: str | None = None
    """What to set where it cannot be set itself."""


OPTIONS = (
    Option("REMOTEPROC", "remoteproc", "no remote processors"),
    Option("REMOTEPROC_CDEV", "", "no /dev/remoteprocN; it matters only where sysfs is read-only"),
    Option("RPMSG_VIRTIO", "virtio_rpmsg_bus", "no rpmsg channels"),
    Option("RPMSG_CHAR", "rpmsg_char", "no messages to and from programs"),
    Option("RPMSG_CTRL", "rpmsg_ctrl", "no endpoints for programs (older kernels than 5.18 have it in RPMSG_CHAR)"),
    Option("RPMSG_TTY", "rpmsg_tty", "no /dev/ttyRPMSGN for channels named rpmsg-tty"),
    Option("DEV_COREDUMP", "", "no memory dump of a crashed processor", build_with="CONFIG_ALLOW_DEV_COREDUMP=y"),
    Option("DEBUG_FS", "", "no trace, no live resource table, no crash on purpose"),
)


def judge(config: Config | None, loaded: frozenset[str]) -> list[Check]:
    """A line for each option; `loaded` are the names in /sys/module. Without a configuration one line says so."""
    if config is None:
        detail = "neither /proc/config.gz nor /boot/config-RELEASE can be read, so its options are not known"
        cure = "build it with CONFIG_IKCONFIG_PROC=y, or `modprobe configs`"
        return [Check(Topic.KERNEL, "configuration", Status.MISSING, detail, cure)]
    return [*(_option(option, config, loaded) for option in OPTIONS), _compressed(config)]


def _option(option: Option, config: Config, loaded: frozenset[str]) -> Check:
    name, value = f"CONFIG_{option.name}", config.get(option.name, "n")
    if value == "y":
        return Check(Topic.KERNEL, name, Status.OK, "built in")
    if value == "m":
        state = "loaded" if option.module in loaded else f"not loaded now; `modprobe {option.module}` loads it"
        return Check(Topic.KERNEL, name, Status.OK, f"a module, {state}")
    cure = f"build the kernel with {option.build_with or f'{name}=y'}"
    return Check(Topic.KERNEL, name, Status.MISSING, option.lost, cure)


def _compressed(config: Config) -> Check:
    """Packed firmware; before 5.19 one option stood for .xz alone."""
    name = "CONFIG_FW_LOADER_COMPRESS"
    old = config.get("FW_LOADER_COMPRESS") == "y" and "FW_LOADER_COMPRESS_XZ" not in config
    takes = {".zst": config.get("FW_LOADER_COMPRESS_ZSTD") == "y"}
    takes[".xz"] = old or config.get("FW_LOADER_COMPRESS_XZ") == "y"
    named = " and ".join(suffix for suffix, yes in takes.items() if yes)
    if named:
        return Check(Topic.KERNEL, name, Status.OK, f"firmware may be packed as {named}")
    cure = "install firmware unpacked, or build the kernel with CONFIG_FW_LOADER_COMPRESS=y and _XZ or _ZSTD"
    return Check(Topic.KERNEL, name, Status.MISSING, "firmware packed as .xz or .zst is not found", cure)
