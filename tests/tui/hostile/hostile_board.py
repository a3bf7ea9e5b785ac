"""A tree of a kernel's files in which every text is out to harm the terminal of who looks at it."""

from __future__ import annotations

import os
import pathlib
from random import Random

from rproc_tui.linux.kernel_fact import Kind
from rproc_tui.model.resource_table import CarveoutEntry
from tests.linux.boards.known_board import Board, Channel, Remote, carveout, plant, reserved, table, trace, vdev
from tests.linux.memory_host import Entry, File

MARK = "h0st1le"
"""Stands in every text, so that it can be found on the screen."""
_PIECES = (
    *(
        "\x1b]0;pwned\x07",
        "\x1b[4242m",
        "\x1b[999;999H",
        "\x1bPq\x1b\\",
        "\x1b[5i",
        "\x1bc",
        "\x1b",
        "\x07",
        "\x08",
        "\r",
    ),
    *("\x9b4242m", "\x9d0;pwned\x9c", "\x85", "\x7f", "\x01", "\t", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028"),
    *(
        "[red]x[/red]",
        "[@click=app.quit]y[/]",
        "$primary",
        "[/]",
        "{0}",
        "%s",
        "日本",
        "é",
        "\U000e0041",
        "<script>",
    ),
    *("\udcff\udcfe", "\udcc0\udcaf", "\udced\udca0\udc80"),
)
"""Surrogates stand for bytes that are no UTF-8."""


class Malice:
    """Texts of which no two are alike, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 (tests are to be repeatable, not secret)

    def text(self, name: str = "", *, most: int = 6) -> str:
        """A name with a few evil pieces in it."""
        pieces = self._random.sample(_PIECES, self._random.randint(1, most))
        return "".join((name, MARK, *pieces))

    def raw(self, name: str = "", *, most: int = 6) -> bytes:
        return self.text(name, most=most).encode("utf-8", "surrogateescape")

    def file_name(self, name: str, suffix: str = "") -> str:
        """One that a file system takes."""
        return self.text(name, most=3).replace("/", "|") + suffix


def plant_hostile(root: pathlib.Path, seed: int) -> None:
    """Make the tree: one processor that runs, one that has crashed, firmware, a log, everything with evil names."""
    malice = Malice(seed)
    plant(root, _files(malice))
    firmware = root / "lib/firmware"
    firmware.mkdir(parents=True)
    for number in range(3):
        (firmware / malice.file_name(f"fw{number}", ".elf")).write_bytes(b"\x7fELF" + malice.raw() * 20)


def _files(malice: Malice) -> dict[str, Entry]:
    lines = b"".join(b"[%5d.5] " % number + malice.raw(f"line {number} ") + b"\n" for number in range(60))
    runs = Remote(
        0,
        "runs",
        state="running",
        device="10000000.m4",
        driver="stm32-rproc",
        compatible="evil",
        traces=(lines, malice.raw("second buffer")),
        table=table(
            CarveoutEntry(0, None, 0x1000, 0x1000, 0x1000, 0, "CARVEOUT"),
            vdev(1, 0x2000, 0x3000),
            trace(2, 0x4000, "LOG"),
        ),
        carveouts=(carveout("CARVEOUT", 0x1000, 0x1000),),
        reserved=(reserved("pool", 0x1000, 0x10000),),
        virtio=(("virtio0", "rproc-virtio.0.auto"),),
        channels=(Channel("CHANNEL", 0x400), Channel("other", 0x401)),
    )
    crashed = Remote(1, "crashed", state="crashed", device="10000000.dsp", traces=(lines,), crashes=1)
    said = (
        ("[    1.000000] remoteproc remoteproc0: NAME is available", Kind.AVAILABLE, 0),
        ("[    2.000000] remoteproc remoteproc1: crash detected in NAME: type TYPE", Kind.CRASH_DETECTED, 1),
        ("[    3.000000] remoteproc remoteproc1: Failed to load NAME: FOR NO REASON", Kind.BOOT_FAILED, 1),
    )
    files = Board("evil", (runs, crashed), log=said).files()
    return {path: _spoilt(path, entry, malice) for path, entry in files.items()} | _more(malice)


def _spoilt(path: str, entry: Entry, malice: Malice) -> Entry:
    """The same file with evil texts in the place of the harmless ones."""
    last = os.path.basename(path)
    if isinstance(entry, File) and last in ("name", "firmware", "recovery", "coredump"):
        return File(malice.raw(last) + b"\n", entry.mode)
    if last == "name":
        return malice.raw(last) + b"\n"
    content = entry.content if isinstance(entry, File) else entry
    if isinstance(content, bytes):
        for word in (b"CARVEOUT", b"CHANNEL", b"NAME", b"TYPE", b"LOG", b"evil"):
            content = content.replace(word, malice.raw().replace(b"\r", b""))
        return File(content, entry.mode) if isinstance(entry, File) else content
    return entry


def _more(malice: Malice) -> dict[str, Entry]:
    tree = "/sys/firmware/devicetree/base"
    return {
        f"{tree}/model": malice.raw("board ") + b"\0",
        "/proc/sys/kernel/osrelease": malice.raw("6.12-") + b"\n",
        "/proc/uptime": b"100.00 200.00\n",
    }
