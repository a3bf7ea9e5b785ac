"""A debugger's way to a processor of a board: attach, look, write, let go; the others go on meanwhile."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.emulator.board import load_board
from rproc_tui.emulator.debug_port import DebugPort
from rproc_tui.emulator.gdb.debuggee import Ended, Stopped
from rproc_tui.emulator.gdb.signals import ABORT, INTERRUPT, TRAP
from rproc_tui.emulator.machine.halt import Resume
from rproc_tui.emulator.machine.virtual_time import VirtualClock
from rproc_tui.model.processor import State
from tests.emulator.kernel import PATIENCE, Powered

CODE, DATA, DEVICE = 0x13000000, 0x23000000, 0x40000000


def port_of(powered: Powered, name: str) -> DebugPort:
    port = powered.board.debug_port(powered.processor(name).device.name)
    assert port is not None
    return port


class Listener:
    """What the port tells, one after the other."""

    def __init__(self, port: DebugPort) -> None:
        self._news: list[Stopped | Ended] = []
        self._arrived = threading.Semaphore(0)
        port.listener = self

    def __call__(self, news: Stopped | Ended) -> None:
        self._news.append(news)
        self._arrived.release()

    def next(self) -> Stopped | Ended:
        assert self._arrived.acquire(timeout=PATIENCE)
        return self._news.pop(0)


def test_a_processor_that_is_off_is_over() -> None:
    with Powered(load_board()) as powered:
        port = port_of(powered, "lab")
        assert port.attach() == Ended(None, "not running")
        assert port.registers() == {}
        with pytest.raises(OSError, match=os.strerror(errno.ESRCH)):
            port.resume(Resume())
        port.interrupt()
        port.detach()


def test_a_processor_is_held_at_its_next_start_only() -> None:
    with Powered(load_board()) as powered:
        port, lab = port_of(powered, "lab"), powered.processor("lab")
        port.holds_next = True
        lab.boot()
        assert port.attach() == Stopped(TRAP)
        assert powered.trace("lab") == ""
        lab.shutdown()
        lab.boot()
        powered.wait(lambda: "crash laboratory" in powered.trace("lab"))


def test_it_is_attached_to_interrupted_and_attached_to_again() -> None:
    with Powered(load_board()) as powered:
        port, lab = port_of(powered, "lab"), powered.processor("lab")
        listener = Listener(port)
        lab.boot()
        for _ in range(2):
            assert port.attach() == Stopped(TRAP)
            port.resume(Resume())
            port.interrupt()
            assert listener.next() == Stopped(INTERRUPT)
            port.detach()
        powered.wait(lambda: "crash laboratory" in powered.trace("lab"))


def test_how_it_ends_is_told() -> None:
    with Powered(load_board()) as powered:
        port, lab = port_of(powered, "lab"), powered.processor("lab")
        lab.recovery_disabled = True
        listener = Listener(port)
        lab.boot()
        port.attach()
        lab.shutdown()
        assert listener.next() == Ended(None, "stopped")
        port.holds_next = True
        lab.boot()
        port.write_memory(CODE, bytes(8))
        port.write_registers({"pc": CODE})
        port.write_registers({"sp": 0})
        port.write_memory(CODE, b"\x80\xb5")  # push {r7, lr} where no stack is
        port.resume(Resume())
        stopped = listener.next()
        assert isinstance(stopped, Stopped)
        assert stopped.message.startswith("write to unmapped memory at 0xffff")
        port.resume(Resume(pass_on=True))
        while isinstance(news := listener.next(), Stopped):
            port.resume(Resume(pass_on=True))
        assert news.signal == ABORT
        powered.wait(lambda: lab.state is State.CRASHED)
        assert port.attach() == Ended(None, "not running")


REFUSED: list[tuple[Callable[[DebugPort], object], int]] = [
    (lambda port: port.read_memory(0, 4), errno.EFAULT),
    (lambda port: port.read_memory(DEVICE, 4), errno.EFAULT),
    (lambda port: port.write_memory(0, b"x"), errno.EFAULT),
    (lambda port: port.write_memory(CODE + 0x10000 - 1, b"xy"), errno.EFAULT),
    (lambda port: port.write_registers({"cfsr": 1}), errno.EPERM),
    (lambda port: port.write_registers({"nothing": 1}), errno.EPERM),
]


@pytest.mark.parametrize(("act", "number"), REFUSED)
def test_what_cannot_be_is_refused_and_changes_nothing(act: Callable[[DebugPort], object], number: int) -> None:
    with Powered(load_board()) as powered:
        port = port_of(powered, "lab")
        port.holds_next = True
        powered.processor("lab").boot()
        port.attach()
        before = port.registers(), port.read_memory(CODE, 0x10000)
        with pytest.raises(OSError, match=os.strerror(number)):
            act(port)
        assert (port.registers(), port.read_memory(CODE, 0x20000)) == before


def test_time_stands_still_for_one_processor_and_not_for_the_others() -> None:
    clock = VirtualClock()
    with Powered(load_board(clock=clock)) as powered:
        powered.wait(lambda: powered.logged("processor m0 is now up"))
        clock.advance(1.5)
        port = port_of(powered, "m4")
        assert port.attach() == Stopped(TRAP)
        hub, guard = powered.trace("m4"), powered.trace("m0")
        clock.advance(3.0)
        assert powered.trace("m4") == hub
        assert powered.trace("m0").count(" V ok") == guard.count(" V ok") + 3
        port.detach()
        clock.advance(1.0)
        assert powered.trace("m4").startswith(hub)
        assert len(powered.trace("m4")) > len(hub)
