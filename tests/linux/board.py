"""Builds the files that a kernel shows of a board, processor by processor, in one line each."""

from __future__ import annotations

from tests.linux.memory_host import Entry, File, Folder, Link

PLATFORM = "/sys/devices/platform"


def up_from(path: str) -> str:
    """The relative way from a folder below /sys to /sys."""
    return "../" * (path.count("/") - 1)


def processor(
    number: int,
    device: str,
    *,
    name: str = "m4",
    state: str = "offline",
    driver: str | None = "stm32-rproc",
    debug: dict[str, Entry] | None = None,
    mode: int = 0o644,
    **attributes: str | None,
) -> dict[str, Entry]:
    """One processor below a platform device; an attribute that is None is not there, `debug` None is no debugfs."""
    here = f"remoteproc{number}"
    parent = f"{PLATFORM}/{device}"
    own = f"{parent}/remoteproc/{here}"
    texts: dict[str, str | None] = {"firmware": "fw.elf", "recovery": "enabled", "coredump": "disabled", **attributes}
    files: dict[str, Entry] = {
        f"/sys/class/remoteproc/{here}": Link(f"../../{own.removeprefix('/sys/')}"),
        f"{own}/device": Link(f"../../../{device.rpartition('/')[2]}"),
        f"{own}/name": File(f"{name}\n".encode(), 0o444),
        f"{own}/state": File(f"{state}\n".encode(), mode),
    }
    files |= {f"{own}/{key}": File(f"{text}\n".encode(), mode) for key, text in texts.items() if text is not None}
    if driver is not None:
        files[f"{parent}/driver"] = Link(f"{up_from(parent)}bus/platform/drivers/{driver}")
    folder = f"/sys/kernel/debug/remoteproc/{here}"
    if debug is not None:
        files[folder] = Folder()
        files |= {f"{folder}/{key}": entry for key, entry in debug.items()}
    return files
