"""The kernel lab's machine: three cores of its driver, five virtio devices before them, the recorder's way to write."""

from __future__ import annotations

import errno
from dataclasses import replace

from rproc_tui.remoteproc.profile import PROFILES
from rproc_tui.remoteproc.registry import Registry
from rproc_tui.sanitise import sanitise
from tests.conformance.program import Program
from tests.conformance.vrproc import DRIVER, probe
from tests.remoteproc.machine import Files, Machine, Pool, device

CLASS = "/sys/class/remoteproc/remoteproc"
DEBUG = "/sys/kernel/debug/remoteproc/remoteproc"


class Queue:
    """Silicon without time: a program is carried on, once kicked, when the machine's work runs."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def now(self) -> float:
        return self._machine.now

    def pause(self, milliseconds: int) -> None:
        """Nothing takes time here."""

    def run(self, program: Program) -> InQueue:
        program.begin()
        return InQueue(program, self._machine)


class InQueue:
    """A program that waits for the machine's work."""

    def __init__(self, program: Program, machine: Machine) -> None:
        self._program = program
        self._machine = machine
        self._halted = False

    def kick(self) -> None:
        self._machine.queue_work(self._step)

    def halt(self) -> None:
        self._halted = True

    def _step(self) -> None:
        if not self._halted:
            self._program.step()


class Lab:
    """The machine. Its kernel has character devices and opens no packed firmware."""

    def __init__(self, images: dict[str, bytes], profile: str = "v6.1") -> None:
        self.machine = Machine(profile=replace(PROFILES[profile], firmware_suffixes=("",), character_device=True))
        self.registry = Registry(self.machine)
        self.pool = Pool()
        for _ in range(5):
            self.registry.virtio_ids.alloc()
        self.registry.platform_ids.alloc()
        for index in range(3):
            probe(self.registry, Queue(self.machine), device(f"{DRIVER}.{index}", DRIVER, self.pool))
        self.files = Files(self.registry)
        for name, content in images.items():
            self.machine.firmware(name, content)
        self.machine.files["/lib/firmware/adir"] = errno.EINVAL
        self.machine.take_lines()

    def read(self, name: str, core: int = 0) -> bytes:
        return self.files.read(f"{CLASS}{core}/{name}")

    def write(self, path: str, data: bytes) -> str:
        """The answer as the page has it; what the firmware does meanwhile is done."""
        try:
            self.files.write(path, data)
        except OSError as error:
            return f"**{errno.errorcode[error.errno or 0]}"
        else:
            return f"ok, {len(data)} of {len(data)}"

    def set(self, name: str, text: str, core: int = 0) -> str:
        return self.write(f"{CLASS}{core}/{name}", text.encode())

    def said(self) -> list[str]:
        return [sanitise(line) for line in self.machine.take_lines()]

    def reset(self, core: int = 0, firmware: str = "good.elf") -> None:
        for _ in range(4):
            if self.read("state", core) in (b"offline\n", b"detached\n"):
                break
            self.set("state", "stop", core)
        self.set("recovery", "enabled", core)
        self.set("coredump", "disabled", core)
        self.set("firmware", firmware, core)
        self.machine.work()
        self.said()
