"""What the shell agent says of the machine that it runs on, and what it cannot do there."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.sanitise import sanitise_bytes

ALWAYS = (
    "device events cannot be heard by a shell: the board is looked at every few seconds instead",
    "rpmsg endpoints cannot be opened by a shell",
)


@dataclass(frozen=True, slots=True)
class Hello:
    """Its tools."""

    shell: str = "sh"
    """Name of the program that executes it (`dash`, `busybox`)."""
    digest: str = "wc -c"
    """How a file that came is checked: sha256sum, md5sum, or by its size."""
    gunzip: bool = False
    gzip: bool = False
    stat: bool = False
    """Whether stat(1) takes a format."""
    tick: float = 0.2
    """Seconds between two looks at what is followed."""

    @property
    def agent(self) -> str:
        """How it is called."""
        return f"a shell ({self.shell})"

    @property
    def lacks(self) -> tuple[str, ...]:
        """One sentence each."""
        missing = (
            (self.digest == "wc -c", "sha256sum and md5sum are missing: firmware is checked by its size only"),
            (not self.gunzip, "gunzip is missing: firmware is sent as it is"),
            (self.tick >= 1, "sleep knows whole seconds only: changes are seen once a second"),
        )
        return (*ALWAYS, *(sentence for is_so, sentence in missing if is_so))


def parse(text: bytes) -> Hello:
    """From its `key=value` lines; what is missing or odd is taken for missing there."""
    pairs = dict(line.partition(b"=")[::2] for line in text.splitlines())
    return Hello(
        shell=sanitise_bytes(pairs.get(b"sh", b"").rpartition(b"/")[2][:40]) or "sh",
        digest=pairs.get(b"digest", b"wc -c").decode("ascii", "replace"),
        gunzip=bool(pairs.get(b"gunzip")),
        gzip=bool(pairs.get(b"gzip")),
        stat=bool(pairs.get(b"stat")),
        tick=0.2 if pairs.get(b"tick") == b"0.2" else 1.0,
    )
