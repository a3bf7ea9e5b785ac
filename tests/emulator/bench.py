"""A whole machine on its thread, with a mailbox, a watchdog and an abort device, and somebody who listens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Self

from rproc_tui.emulator.machine.bus import Window
from rproc_tui.emulator.machine.devices.abort import AbortDevice
from rproc_tui.emulator.machine.devices.mailbox import Mailbox
from rproc_tui.emulator.machine.devices.watchdog import Watchdog
from rproc_tui.emulator.machine.faults import Crash
from rproc_tui.emulator.machine.machine import Listeners, Machine
from rproc_tui.emulator.machine.timeline import RealTime
from tests.emulator.rig import Rig

MAILBOX, ABORT, WATCHDOG = 0x50000000, 0x50001000, 0x50002000
PATIENCE = 10.0
"""Seconds until a test gives up."""


class Bench:
    """Write the program with `rig.program`, then `start`."""

    def __init__(self, model: str = "m4", now: Callable[[], float] = time.monotonic) -> None:
        self.rig = Rig(model, now=now)
        self.program = self.rig.program
        cpu = self.rig.cpu
        self.mailbox = Mailbox(cpu.line(0), self._kicked)
        self.watchdog = Watchdog(now)
        for window in (
            Window("mailbox", MAILBOX, 0x1000, self.mailbox),
            Window("abort", ABORT, 0x1000, AbortDevice()),
            Window("watchdog", WATCHDOG, 0x1000, self.watchdog),
        ):
            cpu.map(window)
        self.kicks: list[int] = []
        self.words: list[int] = []
        self.crashes: list[Crash] = []
        self.activities = 0
        self._news = threading.Condition()
        self.machine = Machine(
            "test",
            cpu,
            self.mailbox,
            (self.watchdog,),
            RealTime(now),
            listeners=Listeners(self._kicked, self._sent, self._crashed, self._active),
        )

    def start(self) -> Bench:
        image = self.program.image()
        self.rig.code.view[: len(image)] = image
        self.machine.start()
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.machine.stop()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until something holds that the machine tells about."""
        with self._news:
            assert self._news.wait_for(condition, PATIENCE), (self.kicks, self.words, self.crashes)

    def tell(self, change: Callable[[], None]) -> None:
        with self._news:
            change()
            self._news.notify_all()

    def _kicked(self, notifyid: int) -> None:
        self.tell(lambda: self.kicks.append(notifyid))

    def _sent(self, word: int) -> None:
        self.tell(lambda: self.words.append(word))

    def _crashed(self, crash: Crash) -> None:
        self.tell(lambda: self.crashes.append(crash))

    def _active(self) -> None:
        def count() -> None:
            self.activities += 1

        self.tell(count)
