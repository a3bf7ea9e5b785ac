"""The board of the conformance suite: three virtual processors on threads, which can be unbound and bound again."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rproc_tui.remoteproc.device import Device
from rproc_tui.remoteproc.registry import Registry
from rproc_tui.remoteproc.virtual_tree import Directory
from tests.conformance import vrproc
from tests.conformance.program import Program
from tests.remoteproc.machine import Pool


class Threads:
    """Silicon of real time: a thread for each program."""

    def __init__(self, now: Callable[[], float], active: Callable[[], None]) -> None:
        self.now = now
        self._active = active
        self._hurry = threading.Event()

    def pause(self, milliseconds: int) -> None:
        self._hurry.wait(milliseconds / 1000)

    def hurry(self) -> None:
        """Whatever pauses now has paused long enough."""
        self._hurry.set()
        self._hurry.clear()

    def run(self, program: Program) -> OnThread:
        return OnThread(program, self._active)


class OnThread:
    """A program on its thread, which sleeps until a kick or until the program wants to go on."""

    def __init__(self, program: Program, active: Callable[[], None]) -> None:
        self._program = program
        self._active = active
        self._kicked = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def kick(self) -> None:
        self._kicked.set()

    def halt(self) -> None:
        self._over = True
        self._kicked.set()
        self._thread.join()

    def _run(self) -> None:
        self._program.begin()
        while not self._over:
            self._active()
            self._kicked.wait(self._program.period)
            self._kicked.clear()
            if not self._over:
                self._program.step()


class VrBoard:
    """`vrproc.0` to `vrproc.2`, and a driver that people can take them from."""

    def __init__(self) -> None:
        self.device_tree = Directory(dict)
        self._devices = [Device(f"{vrproc.DRIVER}.{index}", vrproc.DRIVER, Pool()) for index in range(3)]
        self._cores: dict[str, vrproc.Core] = {}
        self._listeners: list[Callable[[], None]] = []
        self._registry: Registry | None = None
        self._silicon: Threads | None = None

    def on_activity(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def hurry(self) -> None:
        """Whatever takes its time is done now."""
        if self._silicon is not None:
            self._silicon.hurry()

    def probe(self, registry: Registry) -> None:
        self._registry = registry
        self._silicon = Threads(registry.environment.monotonic, self._active)
        registry.register_driver(vrproc.DRIVER, self._bind, self._unbind)
        for device in self._devices:
            self._bind(device)

    def remove(self) -> None:
        for device in self._devices:
            if device.name in self._cores:
                self._unbind(device)

    def _bind(self, device: Device) -> None:
        assert self._registry is not None
        assert self._silicon is not None
        self._cores[device.name] = vrproc.probe(self._registry, self._silicon, device)

    def _unbind(self, device: Device) -> None:
        self._cores.pop(device.name).remove()

    def _active(self) -> None:
        for listener in self._listeners:
            listener()
