"""The rest of a kernel, as far as the framework leans on it. Whoever runs the framework hands one in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from rproc_tui.remoteproc.profile import Profile


class Environment(Protocol):
    """Log, uevents, files, work queues and time of the machine that the framework runs on."""

    @property
    def profile(self) -> Profile:
        """Which kernel's behaviour is shown."""
        ...

    def monotonic(self) -> float:
        """Seconds since this machine's boot."""
        ...

    def log(self, level: int, text: str, *, subsystem: str | None = None, device: str | None = None) -> None:
        """One line of the kernel's log, prefix of driver and device included; never blocks."""
        ...

    def uevent(self, action: str, devpath: str, subsystem: str, properties: Mapping[str, str]) -> None:
        """One device event; `devpath` below /sys with a leading slash."""
        ...

    def read_file(self, path: str) -> bytes:
        """A file as the kernel reads firmware (init's mount namespace); OSError with the kernel's errno."""
        ...

    def queue_work(self, work: Callable[[], None]) -> None:
        """Run something soon on another thread (`rproc_recovery_wq`).

        Work begins in the order asked for and may block for minutes (an inline dump that nobody reads), which must not
        hold up the next.
        """
        ...

    def call_later(self, seconds: float, work: Callable[[], None]) -> Callable[[], None]:
        """Run something later on another thread; the answer cancels it."""
        ...
