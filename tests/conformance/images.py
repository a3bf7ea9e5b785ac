"""The firmware that the suite installs, good and broken, by the names that the kernel lab gives to images of its own.

Times are shorter than the lab's, so that nobody waits for them.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from typing import Any, Final

from tests.conformance.control import CLEAR_ON_WRAP, CONTROL_AT, SILENT, STOP_WHEN_FULL, Control
from tests.conformance.vrproc import DDR, DTCM, ITCM
from tests.remoteproc.images import (
    ANY,
    GOOD_TABLE,
    Image,
    Segment,
    carveout,
    devmem,
    table,
    trace,
    unknown,
    vdev,
)

ENTRY: Final = 0x101
TEXT_SIZE: Final = 0x400
CODE: Final = bytes.fromhex("00000120 01010000").ljust(0x100, b"\0") + bytes.fromhex("30bf fde7")
"""Stack pointer and reset vector, then `wfi; b .-2`: nobody executes it."""
VERSION: Final = b"conformance firmware 1.0".ljust(32, b"\0")
BANNER: Final = "klab firmware 1.0"
CHANNELS: Final = ("rpmsg-raw", "vrproc-echo")
TTY_CHANNELS: Final = ("rpmsg-tty", "rpmsg-client-sample", "rpmsg-raw", "vrproc-echo")
WATCHDOG: Final = 1
DELAY: Final = 200
"""Milliseconds that slow images take."""
OWN_CRASH: Final = 400
"""Milliseconds after which one crashes by itself."""


def text(control: Control) -> bytes:
    """The code segment with its control block."""
    return (CODE.ljust(CONTROL_AT, b"\0") + control.pack()).ljust(TEXT_SIZE, b"\0")


def firmware(
    entries: Sequence[bytes] | bytes | None = GOOD_TABLE,
    *,
    data: Segment | None = None,
    more: Sequence[Segment] = (),
    header: dict[str, Any] | None = None,
    **control: Any,
) -> bytes:
    """An image with a table of these entries (or these bytes, or none), a data segment, and fields of its ELF header.

    Everything else goes into its control block.
    """
    wishes = Control(**{"tick": 250, "banner": BANNER, "names": CHANNELS, **control})
    segments = [Segment(ITCM, text(wishes)), data or Segment(DDR, VERSION, 0x800), *more]
    content = entries if isinstance(entries, bytes | None) else table(*entries)
    return Image(table=content, segments=segments, table_address=DTCM, entry=ENTRY, **(header or {})).build()


def odd(**header: Any) -> bytes:
    """The good image with other fields in its ELF header."""
    return firmware(header=header)


def _cut_before_its_table() -> bytes:
    """What is left ends within the code; the names of the sections are far behind the end."""
    return firmware()[: 0x200 + TEXT_SIZE - 0x100]


def _two(*rest: bytes) -> tuple[bytes, ...]:
    return (carveout(), *rest)


GOOD: Final[dict[str, Callable[[], bytes]]] = {
    "good.elf": firmware,
    "vrproc-0.elf": firmware,
    "vrproc-2.elf": lambda: firmware(banner="klab dsp 2.1", names=()),
    "vrproc-3.elf": firmware,
    "rproc-vr-r5-fw": lambda: firmware(banner="klab r5 firmware"),
    "fast.elf": lambda: firmware(tick=1, banner="chatty"),
    "fast-clear.elf": lambda: firmware(tick=1, trace_mode=CLEAR_ON_WRAP, banner="chatty, clears on wrap"),
    "silent.elf": lambda: firmware(trace_mode=SILENT),
    "stopfull.elf": lambda: firmware(tick=1, trace_mode=STOP_WHEN_FULL),
    "crash2s.elf": lambda: firmware(crash_after=OWN_CRASH, crash_type=WATCHDOG, banner="will hit the watchdog"),
    "slowstart.elf": lambda: firmware(start_delay=DELAY),
    "slowstop.elf": lambda: firmware(stop_delay=DELAY),
    "starterr.elf": lambda: firmware(start_error=errno.ETIMEDOUT),
    "stoperr.elf": lambda: firmware(stop_error=errno.EBUSY),
    "notrace.elf": lambda: firmware(_two(vdev())),
    "traceonly.elf": lambda: firmware([trace()]),
    "bigtrace.elf": lambda: firmware(_two(trace(DDR + 0x1_0000, 0xE_0000)), tick=1),
    "tty.elf": lambda: firmware(names=TTY_CHANNELS),
    "notable.elf": lambda: firmware(None),
    "emptytable.elf": lambda: firmware([]),
    "elf64.elf": lambda: odd(bits=64, machine=183),
    "x86.elf": lambda: odd(machine=3),
}
"""Images that boot, at least on the processor that wants no table."""

BAD_ELF: Final[dict[str, Callable[[], bytes]]] = {
    "empty.elf": bytes,
    "short.elf": lambda: firmware()[:40],
    "cut.elf": _cut_before_its_table,
    "cutseg.elf": lambda: firmware(data=Segment(DDR, VERSION, 0x8_0000, 0x8_0000)),
    "cutshdr.elf": lambda: firmware()[:150],
    "notelf.elf": lambda: b"just some text, not firmware\n" * 40,
    "magic.elf": lambda: odd(magic=b"\x7fFLE"),
    "class.elf": lambda: odd(class_=3),
    "bigend.elf": lambda: odd(data=2),
    "nophdr.elf": lambda: odd(phnum=0),
    "phoff.elf": lambda: odd(phoff=0x10_0000),
    "shoff.elf": lambda: odd(shoff=0x10_0000),
    "badda.elf": lambda: firmware(data=Segment(0x1000_0000, VERSION, 0x800)),
    "segtoobig.elf": lambda: firmware(data=Segment(DDR, VERSION, 0x20_0000)),
    "filesz.elf": lambda: firmware(data=Segment(DDR, VERSION, 0x10)),
    "tabletoobig.elf": lambda: odd(table_size=0x10_0000),
    "tabletiny.elf": lambda: odd(table_size=8),
}
"""Images that are broken outside their table."""

TABLES: Final[dict[str, Callable[[], bytes]]] = {
    "tablenum.elf": lambda: firmware(table(*GOOD_TABLE, num=1000)),
    "tablever.elf": lambda: firmware(table(*GOOD_TABLE, version=2)),
    "tablereserved.elf": lambda: firmware(table(*GOOD_TABLE, reserved=(1, 0))),
    "tableoffset.elf": lambda: firmware(table(carveout(), offsets=[0x1_0000])),
    "entrycut.elf": lambda: firmware(_two(trace()[:20])),
    "rsccarve.elf": lambda: firmware([carveout(reserved=1)]),
    "rsctrace.elf": lambda: firmware(_two(trace(reserved=1))),
    "rscvdev.elf": lambda: firmware(_two(vdev(reserved=b"\1\0"))),
    "rscunknown.elf": lambda: firmware([unknown(77), carveout(), trace()]),
    "rscvendor.elf": lambda: firmware([unknown(128), carveout(), trace()]),
    "rsclast.elf": lambda: firmware([unknown(4), carveout(), trace()]),
    "devmem.elf": lambda: firmware(_two(devmem())),
    "vdev3.elf": lambda: firmware(_two(vdev(vrings=3))),
    "vdevcut.elf": lambda: firmware(_two(vdev(vrings=1, claim=2))),
    "vringzero.elf": lambda: firmware(_two(vdev(num=0))),
    "vringodd.elf": lambda: firmware(_two(vdev(num=17))),
    "vdevconsole.elf": lambda: firmware(_two(trace(), vdev(3, features=0))),
    "vdevunknown.elf": lambda: firmware(_two(trace(), vdev(60, features=0))),
    "vdevtwo.elf": lambda: firmware(_two(trace(), vdev(), vdev())),
    "vdevnons.elf": lambda: firmware(_two(trace(), vdev(features=0))),
    "tracenowhere.elf": lambda: firmware(_two(trace(0x7000_0000))),
    "tracezero.elf": lambda: firmware(_two(trace(length=0))),
    "carvedup.elf": lambda: firmware(_two(carveout())),
    "carvebig.elf": lambda: firmware([carveout(length=0x20_0000)]),
    "carveda.elf": lambda: firmware([carveout(da=0x7000_0000)]),
    "carvehuge.elf": lambda: firmware(_two(carveout("huge", ANY, 0x7000_0000))),
    "carvezero.elf": lambda: firmware(_two(carveout("zero", ANY, 0))),
    "carvename.elf": lambda: firmware(_two(carveout("shm 100%%", ANY, 0x1000))),
}
"""Images with something odd or broken in their table."""

IMAGES: Final = GOOD | BAD_ELF | TABLES
