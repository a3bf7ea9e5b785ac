"""What a kernel has besides remoteproc: log, device events, work queue, timers, and the firmware folder's files."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import TypeVar

from rproc_tui.clock import Clock
from rproc_tui.hosts.emulated.firmware_mount import FirmwareMount
from rproc_tui.hosts.kmsg import TEXT_MOST, escaped
from rproc_tui.model.kernel_log import KernelLine, Uevent
from rproc_tui.remoteproc.profile import Profile
from rproc_tui.sanitise import sanitise

LOG_MOST = 20_000
"""Lines that the log keeps; a real one keeps 128 KiB or so."""

UEVENTS_MOST = 2_000

CLOSING_PATIENCE = 5.0
"""Seconds that work under way gets when the machine is switched off."""


Item = TypeVar("Item")


def _tail(items: deque[Item], wanted: Callable[[Item], bool]) -> list[Item]:
    """The last items that are wanted without a gap; what is older is not looked at."""
    return list(itertools.takewhile(wanted, reversed(items)))[::-1]


class SoftKernel:
    """An `Environment` for the framework. Everything may be called from any thread."""

    def __init__(self, profile: Profile, clock: Clock, firmware: FirmwareMount) -> None:
        self.profile = profile
        self.lines: deque[KernelLine] = deque(maxlen=LOG_MOST)
        self.events: deque[tuple[int, Uevent]] = deque(maxlen=UEVENTS_MOST)
        self._clock = clock
        self._booted = clock.monotonic()
        self._firmware = firmware
        self._sequence = itertools.count()
        self._event_numbers = itertools.count()
        self._listeners: list[Callable[[], None]] = []
        self._works: set[threading.Thread] = set()
        self._timers: set[threading.Timer] = set()
        self._lock = threading.Lock()

    def on_news(self, listener: Callable[[], None]) -> None:
        """Call somebody, on whatever thread it is, when there is a new line or event."""
        self._listeners.append(listener)

    def monotonic(self) -> float:
        """Seconds since this board was switched on."""
        return self._clock.monotonic() - self._booted

    def log(self, level: int, text: str, *, subsystem: str | None = None, device: str | None = None) -> None:
        """One line."""
        with self._lock:
            shown = sanitise(escaped(text), limit=TEXT_MOST)
            line = KernelLine(next(self._sequence), self.monotonic(), level, shown, subsystem, device)
            self.lines.append(line)
        self._tell()

    def lines_from(self, sequence: int) -> list[KernelLine]:
        """The lines from a number on that are still held, oldest first."""
        with self._lock:
            return _tail(self.lines, lambda line: line.sequence >= sequence)

    def events_from(self, number: int) -> list[tuple[int, Uevent]]:
        """The events from a number on, each with its own, oldest first."""
        with self._lock:
            return _tail(self.events, lambda entry: entry[0] >= number)

    @property
    def events_sent(self) -> int:
        """How many there were: the number of the next."""
        with self._lock:
            return self.events[-1][0] + 1 if self.events else 0

    def uevent(self, action: str, devpath: str, subsystem: str, properties: Mapping[str, str]) -> None:
        """One event, with what the kernel adds to each."""
        with self._lock:
            number = next(self._event_numbers)
            own = {"ACTION": action, "DEVPATH": devpath, "SUBSYSTEM": subsystem, "SEQNUM": str(number + 1)}
            self.events.append((number, Uevent(action, devpath, subsystem, {**own, **properties})))
        self._tell()

    def read_file(self, path: str) -> bytes:
        """A firmware file, as the kernel's loader reads it."""
        return self._firmware.read_as_kernel(path)

    def queue_work(self, work: Callable[[], None]) -> None:
        """Run it soon, on a thread of its own: one that blocks holds nobody up."""
        thread = threading.Thread(target=self._run_work, args=(work,), name="rproc_recovery_wq", daemon=True)
        with self._lock:
            self._works.add(thread)
            thread.start()

    def finish_work(self, patience: float) -> None:
        """Wait until everything queued so far is done, at most so many seconds."""
        deadline = self._clock.monotonic() + patience
        with self._lock:
            works = list(self._works)
        for thread in works:
            thread.join(timeout=max(0.0, deadline - self._clock.monotonic()))

    def call_later(self, seconds: float, work: Callable[[], None]) -> Callable[[], None]:
        """Run it on a thread of its own after so many seconds of real time."""

        def fire() -> None:
            self._timers.discard(timer)
            work()

        timer = threading.Timer(seconds, fire)
        timer.daemon = True
        self._timers.add(timer)
        timer.start()

        def cancel() -> None:
            self._timers.discard(timer)
            timer.cancel()

        return cancel

    def close(self) -> None:
        """Cancel what is due later, and give what is under way a moment to end."""
        for timer in list(self._timers):
            timer.cancel()
        self.finish_work(CLOSING_PATIENCE)

    def _run_work(self, work: Callable[[], None]) -> None:
        try:
            with contextlib.suppress(OSError):  # what fails there has been logged, as in a kernel
                work()
        finally:
            with self._lock:
                self._works.discard(threading.current_thread())

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
