"""The real GDB on a processor of the demo board, which this process serves."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
from collections.abc import AsyncIterator

import pytest

from rproc_tui.emulator.board import DEMO_FIRMWARE
from rproc_tui.emulator.debug_port import DebugPort
from rproc_tui.emulator.gdb.server import listen, serve
from rproc_tui.emulator.machine.halt import Resume
from tests.emulator.kernel import PATIENCE, Powered

GDB = shutil.which("gdb-multiarch")
needs_gdb = pytest.mark.skipif(GDB is None, reason="gdb-multiarch is not installed")


def port_of(powered: Powered, name: str) -> DebugPort:
    port = powered.board.debug_port(powered.processor(name).device.name)
    assert port is not None
    return port


class Attached:
    """A GDB that is at work."""

    def __init__(self, process: asyncio.subprocess.Process, port: DebugPort) -> None:
        self.process = process
        self._port = port
        self._resumed = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    async def resumed(self) -> None:
        """It has let the processor go on."""
        async with asyncio.timeout(PATIENCE):
            await self._resumed.wait()

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    async def end(self) -> str:
        """What it printed."""
        async with asyncio.timeout(3 * PATIENCE):
            out, _ = await self.process.communicate()
        text = out.decode()
        assert self.process.returncode in {0, 1}, text  # 1: the last command made no sense any more
        return text

    def resume(self, resume: Resume) -> None:
        """In place of the port's."""
        DebugPort.resume(self._port, resume)
        self._loop.call_soon_threadsafe(self._resumed.set)


@contextlib.asynccontextmanager
async def attached(port: DebugPort, image: str, *commands: str) -> AsyncIterator[Attached]:
    """GDB with an image of the demo board on a processor, which is served until GDB goes."""
    assert GDB is not None
    listener = await listen(0)
    serving = asyncio.create_task(serve(listener, port))
    script = ["set pagination off", "set confirm off", f"target remote 127.0.0.1:{listener.port}", *commands]
    process = await asyncio.create_subprocess_exec(
        *(GDB, "-nx", "-batch", f"{DEMO_FIRMWARE}/{image}"),
        *(argument for command in script for argument in ("-ex", command)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    gdb = Attached(process, port)
    port.resume = gdb.resume  # type: ignore[method-assign]
    try:
        yield gdb
        await serving
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
        serving.cancel()
        await listener.close()


async def run_gdb(port: DebugPort, image: str, *commands: str) -> str:
    """All of it; the answer is what GDB printed."""
    async with attached(port, image, *commands) as gdb:
        return await gdb.end()
