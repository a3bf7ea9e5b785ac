"""Emulated boards whose processors load firmware and never execute it, and what their kernel answers to a start."""

from __future__ import annotations

import errno
import pathlib
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.diagnosis.preflight.target import Target, target_of
from rproc_tui.emulator import board as boards
from rproc_tui.emulator.driver import EmulatedProcessor
from rproc_tui.hosts.emulated.firmware_mount import FirmwareMount
from rproc_tui.hosts.emulated.host import EmulatedHost
from rproc_tui.hosts.emulated.kernel import SoftKernel
from rproc_tui.linux.glance import glance
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.profile import V6_12

POOL_SIZE = 0x20_0000


class Idle(EmulatedProcessor):
    """Everything of a boot but the execution."""

    def start(self, _rproc: Rproc) -> None:
        """Nothing begins."""

    def stop(self, _rproc: Rproc) -> None:
        """Nothing ends."""


@dataclass(frozen=True)
class Answer:
    """What a start answered."""

    errno: int
    """0: it runs."""
    errors: tuple[str, ...]
    """The kernel's error lines, without their device."""


def source(*processors: str, reserved: str = "", pool: int = 0xD000_0000) -> str:
    """A device tree with these processors' nodes; each may refer to `&pool`."""
    return f"""/dts-v1/; / {{ #address-cells = <1>; #size-cells = <1>;
    reserved-memory {{ #address-cells = <1>; #size-cells = <1>; ranges;
        pool: pool@{pool:x} {{ compatible = "shared-dma-pool"; reg = <{pool:#x} {POOL_SIZE:#x}>; }}; {reserved}
    }};
    {" ".join(processors)} }};"""


def processor(name: str, regions: Sequence[tuple[int, int]], *, core: str = "cortex-m4", memory: str = "&pool") -> str:
    """A processor's node with these memories of its own."""
    reg = ", ".join(f"<{address:#x} {size:#x}>" for address, size in regions)
    shared = ", ".join(f"<{label}>" for label in memory.split())
    return (
        f'{name}@{regions[0][0]:x} {{ compatible = "rproc-tui,{core}", "arm,{core}"; reg = {reg}; '
        f"{f'memory-region = {shared};' if shared else ''} #address-cells = <1>; #size-cells = <1>; }};"
    )


class Asked:
    """A host of such a board."""

    def __init__(self, folder: pathlib.Path, dts: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(boards, "EmulatedProcessor", Idle)
        path = folder / "board.dts"
        path.write_text(dts)
        self.firmware = folder / "firmware"
        self.firmware.mkdir(exist_ok=True)
        mount = FirmwareMount(str(self.firmware))
        self._kernel = SoftKernel(V6_12, SystemClock(), mount)
        self.host = EmulatedHost("asked", boards.load_board(str(path)), self._kernel, mount)

    async def targets(self) -> dict[str, Target]:
        """Its processors as the check sees them, by name."""
        return {one.name: target_of(one) for one in (await glance(self.host)).processors}

    async def start(self, processor_id: str, file: str) -> Answer:
        """Start a file of the firmware folder, and stop it again."""
        folder = f"/sys/class/remoteproc/{processor_id}"
        await self.host.write(f"{folder}/firmware", file.encode())
        first = self._kernel.lines[-1].sequence + 1 if self._kernel.lines else 0
        number = 0
        try:
            await self.host.write(f"{folder}/state", b"start")
        except OSError as error:
            number = error.errno or errno.EIO
        lines = [line for line in self._kernel.lines_from(first) if line.level == 3]
        if number == 0:
            await self.host.write(f"{folder}/state", b"stop")
        return Answer(number, tuple(line.text.partition(": ")[2] for line in lines))
