"""Echoes of the demo board's hub for as long as one likes, with stops and crashes at random moments in between."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from rproc_tui.emulator.board import load_board
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.virtio_rpmsg import VirtioRpmsg
from rproc_tui.rpmsg.bus import RpmsgBus
from rproc_tui.rpmsg.endpoint import Endpoint
from tests.emulator.kernel import PATIENCE, Powered

ECHO = 0x400
RING = 16
"""Descriptors of each ring: so many messages may lie on the way in each direction when the remote stops."""
NULL_WRITE = b"0x101"
"""Mailbox word that makes the hub crash by itself."""


@dataclass
class Tally:
    """What became of the messages of all lives."""

    sent: int = 0
    echoed: int = 0
    cut_off: int = 0
    """Sent, and on the way when the remote stopped."""
    lives: int = 0
    crashes: int = 0


class Life:
    """The hub from one boot to its end."""

    def __init__(self, bus: RpmsgBus, number: int, dice: random.Random) -> None:
        self._number = number
        self._dice = dice
        self._echoes: list[bytes] = []
        self._sent: list[bytes] = []
        self._arrived = threading.Condition()
        self._endpoint: Endpoint = bus.create_endpoint(self._receive)

    def _receive(self, data: bytes, _source: int) -> None:
        with self._arrived:
            self._echoes.append(data)
            self._arrived.notify()

    def talk(self, count: int, interrupt: Callable[[], None] | None) -> None:
        """Send so many messages; half way `interrupt` begins to end this life on another thread."""
        ender = None if interrupt is None else threading.Thread(target=interrupt)
        try:
            for index in range(count):
                if ender is not None and index == count // 2:
                    ender.start()
                head = self._number.to_bytes(4, "little") + index.to_bytes(4, "little")
                message = head + self._dice.randbytes(self._dice.randint(0, 488))
                self._endpoint.send(message, ECHO)
                self._sent.append(message)
        except BrokenPipeError:
            assert ender is not None, "the channel went though nobody stopped anything"
        finally:
            if ender is not None:
                ender.join(PATIENCE)

    def settle(self) -> None:
        """Until every echo is there; the remote goes on running."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self._echoes) >= len(self._sent), PATIENCE), self._missing()

    def close(self, tally: Tally, *, whole: bool) -> None:
        """Whatever came is what was sent, once and in order; all of it where the remote was not interrupted."""
        self._endpoint.close()
        echoes, sent = self._echoes, self._sent
        assert echoes == sent[: len(echoes)], f"life {self._number}: echoes are no beginning of what was sent"
        assert not whole or len(echoes) == len(sent), self._missing()
        assert len(sent) - len(echoes) <= 2 * RING, self._missing()
        tally.sent += len(sent)
        tally.echoed += len(echoes)
        tally.cut_off += len(sent) - len(echoes)
        tally.lives += 1

    def _missing(self) -> str:
        return f"life {self._number}: {len(self._echoes)} of {len(self._sent)} came back"


def endure(messages: int, seed: int, *, most_of_a_life: int) -> Tally:
    """Send at least so many messages; AssertionError when one is lost, doubled or changed."""
    dice, tally = random.Random(seed), Tally()  # noqa: S311 (dice, no secrets)
    with Powered(load_board()) as powered:
        hub = powered.processor("m4")
        ends: list[Callable[[], None]] = [
            hub.shutdown,
            lambda: hub.report_crash(dice.randint(0, 2)),
            lambda: powered.write(powered.debug("m4", "mailbox"), NULL_WRITE),
        ]
        before: RpmsgBus | None = None
        while tally.sent < messages:
            bus = before = _next_bus(powered, hub, before)
            life, end = Life(bus, tally.lives, dice), dice.choice(ends)
            interrupted = dice.random() < 0.5
            life.talk(dice.randint(1, most_of_a_life), end if interrupted else None)
            if not interrupted:
                life.settle()
                end()
            powered.wait(lambda bus=bus: bus.removed)  # type: ignore[misc]
            life.close(tally, whole=not interrupted)
            if end == hub.shutdown:
                hub.boot()
            else:
                tally.crashes += 1
    return tally


def _next_bus(powered: Powered, hub: Rproc, before: RpmsgBus | None) -> RpmsgBus:
    """The bus of the next boot, when the firmware has announced its channels."""
    found: list[RpmsgBus] = []

    def online() -> bool:
        for vdev in tuple(hub.children):
            driver = None if vdev.virtio is None else vdev.virtio.driver
            bus = driver.bus if isinstance(driver, VirtioRpmsg) else None
            if bus is not None and bus is not before and any(each.name == "rpmsg-tty" for each in bus.channels):
                found.append(bus)
        return bool(found)

    powered.wait(online)
    return found[0]
