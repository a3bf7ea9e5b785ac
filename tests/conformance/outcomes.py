"""What becomes of each image: the answer to a start, the kernel's lines, the files while it runs."""

from __future__ import annotations

import errno
from dataclasses import dataclass, replace
from typing import Final

from tests.conformance.images import CHANNELS, TTY_CHANNELS
from tests.conformance.lines import said, vdev_comes

PARENT = "vrproc vrproc.0"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One image on `vr-m4`."""

    lines: list[str]
    """Everything between `powering up` and `Boot failed` or `is now up`; `{name}` and `{size}` are the image's."""
    number: int = 0
    """The errno of the start; 0: it runs."""
    traces: int = 0
    channels: tuple[str, ...] = ()
    vdevs: int = 0
    spoils: bool = False
    """It leaves something behind that only a new binding clears away."""
    perhaps: str = ""
    """A line that depends on what lies in memory behind the image, where the kernel looks for its section names."""

    @property
    def answer(self) -> str:
        """Of the write to `state`."""
        return errno.errorcode[self.number] if self.number else "ok"

    def said(self, name: str, size: int) -> list[str]:
        """The whole start in the log."""
        end = f"<3> Boot failed: -{self.number}" if self.number else "<6> remote processor vr-m4 is now up"
        told = [line.replace("{name}", name).replace("{size}", str(size)) for line in self.lines]
        return [*said("<6> powering up vr-m4"), *told, *said(end)]


BOOTING: Final = said("<6> Booting fw image {name}, size {size}")


def unread(number: int, *before: str) -> Outcome:
    """The file itself cannot be had."""
    lines = [
        *before,
        f"<4> Direct firmware load for {{name}} failed with error -{number}",
        f"<3> request_firmware failed: -{number}",
    ]
    return Outcome(said(*lines), number)


def insane(text: str) -> Outcome:
    """The ELF header is refused."""
    return Outcome(said(f"<3> {text}"), errno.EINVAL)


def refused(*texts: str, number: int = errno.EINVAL, by: str | None = None) -> Outcome:
    """Refused after it was looked at closer; the first line may be another device's."""
    lines = said(*[f"<3> {text}" for text in texts])
    if by is not None:
        lines[0] = said(f"<3> {texts[0]}", by=by)[0]
    return Outcome([*BOOTING, *lines], number)


def unprocessed(*texts: str, number: int = errno.EINVAL) -> Outcome:
    """An entry of the table is refused."""
    return refused(*texts, f"Failed to process resources: -{number}", number=number)


def unloaded(text: str) -> Outcome:
    """A segment is refused."""
    return refused(text, "Failed to load program segments: -22")


def boots(
    *lines: str, traces: int = 1, channels: tuple[str, ...] = (), vdevs: int = 0, spoils: bool = False
) -> Outcome:
    """It runs."""
    return Outcome([*BOOTING, *lines], 0, traces, channels, vdevs, spoils)


def rpmsg(traces: int = 2, channels: tuple[str, ...] = CHANNELS) -> Outcome:
    """It runs, and has an rpmsg device."""
    return boots(*vdev_comes(), traces=traces, channels=channels, vdevs=1)


EVERYWHERE: Final[dict[str, Outcome]] = {
    "nosuch.elf": unread(errno.ENOENT),
    "good.elf": rpmsg(),
    "vrproc-0.elf": rpmsg(),
    "vrproc-2.elf": rpmsg(channels=()),
    "vrproc-3.elf": rpmsg(),
    "rproc-vr-r5-fw": rpmsg(),
    "fast.elf": rpmsg(),
    "fast-clear.elf": rpmsg(),
    "silent.elf": rpmsg(),
    "stopfull.elf": rpmsg(),
    "crash2s.elf": rpmsg(),
    "slowstart.elf": rpmsg(),
    "slowstop.elf": rpmsg(),
    "starterr.elf": refused("can't start rproc vr-m4: -110", number=errno.ETIMEDOUT),
    "notrace.elf": rpmsg(traces=0),
    "traceonly.elf": boots(),
    "bigtrace.elf": boots(),
    "tty.elf": rpmsg(channels=TTY_CHANNELS),
    "notable.elf": refused(),
    "emptytable.elf": boots(traces=0),
    "elf64.elf": rpmsg(),
    "x86.elf": rpmsg(),
    "short.elf": insane("Image is too small"),
    "cut.elf": replace(refused(), perhaps="resource table truncated"),
    "cutseg.elf": unloaded("truncated fw: need {need} avail {avail}"),
    "notelf.elf": insane("Image is corrupted (bad magic)"),
    "magic.elf": insane("Image is corrupted (bad magic)"),
    "class.elf": insane("Unsupported class: 3"),
    "bigend.elf": insane("Unsupported firmware endianness"),
    "nophdr.elf": insane("No loadable segments"),
    "phoff.elf": insane("Firmware size is too small"),
    "badda.elf": unloaded("bad phdr da 0x10000000 mem 0x800"),
    "segtoobig.elf": unloaded("bad phdr da 0x80000000 mem 0x200000"),
    "filesz.elf": unloaded("bad phdr filesz 0x20 memsz 0x10"),
    "tabletoobig.elf": refused("resource table truncated"),
    "tabletiny.elf": refused("header-less resource table"),
    "tablenum.elf": refused("resource table incomplete"),
    "tablever.elf": refused("unsupported fw ver: 2"),
    "tablereserved.elf": refused("non zero reserved bytes"),
    "tableoffset.elf": unprocessed("rsc table is truncated"),
    "entrycut.elf": unprocessed("trace rsc is truncated"),
    "rsccarve.elf": unprocessed("carveout rsc has non zero reserved bytes"),
    "rsctrace.elf": unprocessed("trace rsc has non zero reserved bytes"),
    "rscvdev.elf": unprocessed("vdev rsc has non zero reserved bytes"),
    "rscunknown.elf": boots(*said("<4> unsupported resource 77")),
    "rscvendor.elf": boots(*said("<4> unsupported vendor resource 128")),
    "rsclast.elf": boots(*said("<4> unsupported resource 4")),
    "devmem.elf": unprocessed(),
    "vdev3.elf": unprocessed("too many vrings: 3"),
    "vdevcut.elf": unprocessed("vdev rsc is truncated"),
    "vringodd.elf": rpmsg(traces=0, channels=()),
    "vdevconsole.elf": boots(*vdev_comes(3, online=False), vdevs=1),
    "vdevunknown.elf": boots(*vdev_comes(60, online=False), vdevs=1),
    "vdevtwo.elf": boots(*vdev_comes(), *vdev_comes(), channels=CHANNELS, vdevs=2),
    "vdevnons.elf": rpmsg(traces=1, channels=()),
    "tracenowhere.elf": boots(),
    "tracezero.elf": boots(),
    "carvedup.elf": unprocessed("Carveout already associated to resource table", number=errno.ENOMEM),
    "carvebig.elf": unprocessed("Registered carveout doesn't fit len request", number=errno.ENOMEM),
    "carveda.elf": unprocessed("Registered carveout doesn't fit da request", number=errno.ENOMEM),
    "carvehuge.elf": refused(
        "failed to allocate dma memory: len 0x70000000",
        "Unable to allocate carveout huge: -12",
        "Failed to allocate associated carveouts: -12",
        number=errno.ENOMEM,
        by=PARENT,
    ),
    "carvezero.elf": refused(
        "failed to allocate dma memory: len 0x0",
        "Unable to allocate carveout zero: -12",
        "Failed to allocate associated carveouts: -12",
        number=errno.ENOMEM,
        by=PARENT,
    ),
    "carvename.elf": boots(traces=0),
}

INVALID_RING: Final = said("<3> invalid qsz (0) or alignment (4096)")
ON_6_1: Final[dict[str, Outcome]] = {
    "empty.elf": unread(errno.EINVAL),
    "cutshdr.elf": insane("Image is too small"),
    "shoff.elf": insane("Image is too small"),
    "vringzero.elf": boots(
        *INVALID_RING,
        "<4> rproc-virtio: probe of rproc-virtio.#.auto failed with error -22",
        traces=0,
        vdevs=1,
        spoils=True,
    ),
}
ON_6_12: Final[dict[str, Outcome]] = {
    "empty.elf": unread(errno.EINVAL, "<4> loading /lib/firmware/{name} failed with error -22"),
    "cutshdr.elf": insane("Section headers are out of bounds"),
    "shoff.elf": insane("Section header table is out of bounds"),
    "vringzero.elf": boots(
        *INVALID_RING,
        "<3> rproc-virtio rproc-virtio.#.auto: probe with driver rproc-virtio failed with error -22",
        traces=0,
        vdevs=1,
        spoils=True,
    ),
}
REFUSES_TO_STOP: Final = "stoperr.elf"


def outcome_of(name: str, *, is_6_12: bool) -> Outcome:
    """What becomes of an image on a kernel."""
    if name == REFUSES_TO_STOP:
        return rpmsg()
    return (EVERYWHERE | (ON_6_12 if is_6_12 else ON_6_1))[name]
