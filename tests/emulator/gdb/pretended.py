"""A debuggee that only pretends: two regions of memory, some registers, a list of what it was asked to do."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Mapping

from rproc_tui.emulator.gdb.debuggee import Ended, Stopped
from rproc_tui.emulator.gdb.packets import framed
from rproc_tui.emulator.gdb.session import Session
from rproc_tui.emulator.gdb.signals import TRAP
from rproc_tui.emulator.machine.halt import Resume, Watchpoint

BASE = 0x1000
ARM_M = (
    *(f"r{index}" for index in range(13)),
    *("sp", "lr", "pc", "xpsr", "msp", "psp", "primask", "basepri", "faultmask", "control"),
    *("cfsr", "hfsr", "mmfar", "bfar"),
)


class Pretended:
    """A `Debuggee`."""

    def __init__(self, names: tuple[str, ...] = ARM_M) -> None:
        self.values = {name: number for number, name in enumerate(names)}
        self.memory = bytearray(range(256))
        self.asked: list[object] = []
        self.interrupted = threading.Event()
        self.failure: OSError | None = None
        self.first: Stopped | Ended = Stopped(TRAP)
        self.listener: Callable[[Stopped | Ended], None] = lambda _news: None

    def attach(self) -> Stopped | Ended:
        self.asked.append("attach")
        return self.first

    def registers(self) -> Mapping[str, int]:
        return self.values

    def write_registers(self, values: Mapping[str, int]) -> None:
        self._fail()
        self.values |= values
        self.asked.append(dict(values))

    def read_memory(self, address: int, length: int) -> bytes:
        if not BASE <= address < BASE + len(self.memory):
            raise OSError(errno.EFAULT, "nothing there")
        return bytes(self.memory[address - BASE : address - BASE + length])

    def write_memory(self, address: int, data: bytes) -> None:
        if not BASE <= address <= BASE + len(self.memory) - len(data):
            raise OSError(errno.EFAULT, "nothing there")
        self.memory[address - BASE : address - BASE + len(data)] = data

    def set_breakpoints(self, addresses: frozenset[int]) -> None:
        self.asked.append(("break", *sorted(addresses)))

    def set_watchpoints(self, watchpoints: frozenset[Watchpoint]) -> None:
        self.asked.append(("watch", *watchpoints))

    def resume(self, resume: Resume) -> None:
        self._fail()
        self.asked.append(resume)

    def interrupt(self) -> None:
        self.asked.append("interrupt")
        self.interrupted.set()

    def detach(self) -> None:
        self.asked.append("detach")

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


def conversation(debuggee: Pretended) -> Session:
    """One that has done with acknowledgements."""
    session = Session(debuggee)
    assert session.receive(framed(b"QStartNoAckMode")) == b"+$OK#9a"
    return session


def said(session: Session, packet: bytes) -> bytes | None:
    """The data of the answer to a packet; None when there is none."""
    return data_of(session.receive(framed(packet)))


def data_of(answer: bytes) -> bytes | None:
    """What is in the last packet of an answer."""
    return answer[answer.rindex(b"$") + 1 : -3] if answer else None
