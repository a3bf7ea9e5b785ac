"""Recognises what kernel log lines say about remote processors, and which processor a line is about.

The texts are those of the kernel's remoteproc_core.c, remoteproc_sysfs.c, remoteproc_coredump.c, firmware_loader,
virtio_rpmsg_bus.c and of the drivers that report faults themselves, from 4.9 on; consoles may cut or double words.
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace

from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.linux.names import NOBODY, Names
from rproc_tui.model.kernel_log import KernelLine

_STEPS = (
    r"can't start rproc (?P<name>.+?)"
    r"|can't attach to rproc (?P<name2>.+?)"
    r"|can't prepare rproc (?P<name3>.+?)"
    r"|failed to (?:probe|prepare) subdevices for (?P<name4>.+?)"
    r"|can't enable iommu|can't attach iommu device|can't load resource table"
    r"|Failed to (?:load program segments|process resources|allocate associated carveouts)"
    r"|Failed to find resource table|request_firmware_nowait err"
)
_SPEECH = (
    (Kind.UP, r"remote processor (?P<name>.+?) is now(?: up)?"),  # a console may lose the last word
    (Kind.ATTACHED, r"remote processor (?P<name>.+?) is now attached"),
    (Kind.POWERING_UP, r"powering up (?P<name>.+)"),
    (Kind.BOOTING, r"Booting fw image (?P<firmware>.+?)(?:, size (?P<number>[0-9]+))?"),
    (Kind.BOOTING, r"Booting unspecified pre-loaded fw image"),
    (Kind.STOPPED, r"stopped remote processor (?P<name>.+)"),
    (Kind.CRASH_DETECTED, r"crash detected in (?P<name>.+?): type (?P<detail>.+)"),
    (Kind.CRASH_HANDLED, r"handling crash #(?P<number>[0-9]+) in (?P<name>.+)"),
    (Kind.RECOVERING, r"recovering (?P<name>.+)"),
    (Kind.FAULT, r"(?P<detail>(?:fatal error|watchdog) received.*|start timed out|watchdog bite.*)"),
    (Kind.AVAILABLE, r"(?P<name>.+) is available"),
    (Kind.RELEASED, r"releasing (?P<name>.+)"),
    (Kind.ATTACHING, r"attaching to (?P<name>.+)"),
    (Kind.DETACHED, r"detached remote processor (?P<name>.+)"),
    (Kind.FIRMWARE_MISSING, r"Direct firmware load for (?P<firmware>.+) failed with error -(?P<errno>[0-9]+)"),
    (Kind.FIRMWARE_MISSING, r"(?:firmware: failed to load|failed to load) (?P<firmware>.+) \(-(?P<errno>[0-9]+)\)"),
    (Kind.FIRMWARE_MISSING, r"loading (?P<firmware>.+) failed with error -(?P<errno>[0-9]+)"),
    (Kind.FIRMWARE_FOUND, r"firmware: direct-loading firmware (?P<firmware>.+)"),
    (
        Kind.FIRMWARE_FALLBACK,
        r"Falling back to (?:sysfs fallback|user ?helper|syfs fallback)(?: for: (?P<firmware>.+))?",
    ),
    (Kind.REQUEST_FAILED, r"request_firmware failed: -(?P<errno>[0-9]+)"),
    (Kind.BOOT_FAILED, r"Boot failed: -(?P<errno>[0-9]+)"),
    (Kind.STEP_FAILED, rf"(?:{_STEPS})(?::? -(?P<errno>[0-9]+))?"),
    (Kind.STOP_FAILED, r"can't stop rproc: -(?P<errno>[0-9]+)"),
    (Kind.DETACH_FAILED, r"can't detach from rproc: -(?P<errno>[0-9]+)"),
    (Kind.DUMP_READ, r"Ramdump done, (?P<number>[0-9]+) bytes read"),
    (Kind.VIRTIO_REGISTERED, r"registered (?P<detail>virtio[0-9]+) \(type (?P<number>[0-9]+)\)"),
    (Kind.CHANNEL_CREATED, r"creating channel (?P<detail>.+) addr (?P<number>0x[0-9a-f]+)"),
    (Kind.CHANNEL_DESTROYED, r"destroying channel (?P<detail>.+) addr (?P<number>0x[0-9a-f]+)"),
    (Kind.BUS_ONLINE, r"rpmsg host is online"),
    (
        Kind.DRIVER_FAILED,
        r"probe (?:of (?P<detail>\S+) failed|with driver \S+ failed) with error -(?P<errno>[0-9]+)",
    ),
    (Kind.DRIVER_FAILED, r"failed to (?P<detail>set hold boot|get mcu reset)"),
    (Kind.OOPS, r"(?:rproc|remoteproc)_\w+\+0x.*"),
    # Of virtio devices that nobody knows yet: they come with the boot that they are about.
    (Kind.OTHER, r"\.kick method not defined for (?P<name>.+)"),
    (Kind.OTHER, r"Failed to associate buffer|Can't associate reserved memory|vdev [0-9]+ buffer already mapped"),
)
_FAMILIES = ("remoteproc", "rproc", "virtio", "q6v5", "scp")
"""What the prefix of a line has in it when it may be about a processor that is not known."""
_REGISTERS = frozenset({"pc", "lr"})
"""What an oops of the kernel prints with a function's name: `lr : rproc_elf_load_segments+0x16c/0x23c`."""


@functools.cache
def _patterns() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    """Compiled when first needed."""
    return tuple((kind, re.compile(pattern)) for kind, pattern in _SPEECH)


def recognise(line: KernelLine, names: Names = NOBODY) -> KernelFact | None:
    """What a line says; None when it has nothing to do with remote processors.

    `names` are the processors known now. Without them only lines that name a `remoteprocN` themselves get an `id`.
    """
    head, separator, message = line.text.partition(": ")
    device = head.split()[-1] if separator and head.split() else None
    processor_id = names.of_line(line, device)
    is_ours = any(family in head for family in _FAMILIES) or (device in _REGISTERS and "rproc_" in message)
    if processor_id is None and not is_ours:
        return None
    fact = _meaning(line, message.strip(), device, processor_id)
    if fact is not None and fact.id is None and fact.name is not None:
        return replace(fact, id=names.of_name(fact.name))
    return fact


def _meaning(line: KernelLine, message: str, device: str | None, processor_id: str | None) -> KernelFact | None:
    for kind, pattern in _patterns():
        match = pattern.fullmatch(message)
        if match is not None:
            return _fact(kind, match.groupdict(), line, device, processor_id)
    if processor_id is None:
        return None
    return KernelFact(Kind.OTHER, line, id=processor_id, device=device)


def _fact(
    kind: Kind, said: dict[str, str | None], line: KernelLine, device: str | None, processor_id: str | None
) -> KernelFact:
    return KernelFact(
        kind,
        line,
        id=processor_id,
        device=device,
        name=next((text for key, text in said.items() if key.startswith("name") and text is not None), None),
        firmware=said.get("firmware"),
        number=_number(said.get("number")),
        errno=_number(said.get("errno")),
        detail=device if kind is Kind.BUS_ONLINE else said.get("detail"),
    )


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    text = text[:20]
    return int(text, 16) if text.startswith("0x") else int(text)
