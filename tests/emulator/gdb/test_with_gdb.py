"""The real GDB on every kind of core: attach, break, look, step, go on, interrupt, watch, crash, let go."""

from __future__ import annotations

import asyncio
import re

import pytest

from rproc_tui.emulator.board import load_board
from rproc_tui.model.processor import State
from rproc_tui.remoteproc.core import Rproc
from tests.emulator.gdb.real import attached, needs_gdb, port_of, run_gdb
from tests.emulator.kernel import Powered

pytestmark = [pytest.mark.emulator, needs_gdb]

CORES = [
    # processor, image, what has called its mailbox interrupt's function, a name of a variable that this one sets
    ("m4", "hub.elf", "<signal handler called>", "mail_has_come"),
    ("m33", "motor.elf", "<signal handler called>", "mail_has_come"),
    ("r5f", "battery.elf", "dispatch_interrupts ()", "mail_has_come"),
    ("rv32", "lights.elf", "dispatch_interrupts ()", "mail_has_come"),
]


async def held(powered: Powered, name: str) -> Rproc:
    """A processor that was started and has not executed anything."""
    rproc = powered.processor(name)
    if rproc.auto_boot:
        powered.wait(lambda: rproc.state is State.RUNNING)
        await asyncio.to_thread(rproc.shutdown)
    port_of(powered, name).holds_next = True
    await asyncio.to_thread(rproc.boot)
    return rproc


@pytest.mark.parametrize(("name", "image", "caller", "variable"), CORES)
async def test_a_debugger_finds_its_way_on_every_kind_of_core(
    name: str, image: str, caller: str, variable: str
) -> None:
    with Powered(load_board()) as powered:
        rproc = await held(powered, name)
        powered.write(powered.debug(name, "mailbox"), b"5")
        text = await run_gdb(
            port_of(powered, name),
            image,
            *("tbreak main", "continue", "next", "stepi", "print firmware_name", "info registers pc"),
            *("hbreak Mailbox_Handler", "continue", "backtrace", "delete"),
            *(f"watch {variable}", "continue", "backtrace 1", "detach"),
        )
        assert "Temporary breakpoint 1, main ()" in text
        assert re.search(r'^\$1 = "\w+"$', text, re.MULTILINE)
        assert re.search(r"^pc\s+0x1\w+\s+0x1\w+ <\w+", text, re.MULTILINE)
        assert "Breakpoint 2, Mailbox_Handler ()" in text
        assert re.search(rf"^#1  .*{re.escape(caller)}(.*\n)+#\d+ .*main \(\)", text, re.MULTILINE)
        assert "Old value = 0\nNew value = 1\n" in text
        assert "detached" in text
        assert rproc.state is State.RUNNING
        powered.wait(lambda: bool(powered.trace(name)))


async def test_a_processor_that_runs_is_interrupted_and_runs_on() -> None:
    with Powered(load_board()) as powered:
        powered.wait(lambda: powered.processor("m4").state is State.RUNNING)
        async with attached(port_of(powered, "m4"), "hub.elf", "continue", "backtrace", "detach") as gdb:
            await gdb.resumed()
            gdb.interrupt()
            text = await gdb.end()
        assert "Program received signal SIGINT" in text
        assert "main () at hub.c" in text
        before = powered.trace("m4")
        powered.wait(lambda: len(powered.trace("m4")) > len(before))


CRASHES = [
    (("lab", "fault.elf"), 1, "SIGSEGV", "store_offset", "write to unmapped memory at 0x00000000"),
    (("lab", "fault.elf"), 2, "SIGILL", "execute_undefined", "undefined instruction"),
    (("lab", "fault.elf"), 3, "SIGABRT", "abort_with", "the firmware aborted with code 0xdead"),
    (("lab", "fault.elf"), 7, "SIGFPE", "divide_by_zero", "division by zero"),
    (("r5f", "battery.elf"), 1, "SIGSEGV", "store_offset", "write to unmapped memory at 0x00000000"),
    (("rv32", "lights.elf"), 4, "SIGSEGV", "unmapped_read", "read of unmapped memory at 0x60000010"),
]


@pytest.mark.parametrize(("processor", "number", "signal", "function", "message"), CRASHES)
async def test_a_fault_waits_at_its_instruction_until_the_debugger_has_looked(
    processor: tuple[str, str], number: int, signal: str, function: str, message: str
) -> None:
    name, image = processor
    with Powered(load_board()) as powered:
        rproc = await held(powered, name)
        rproc.recovery_disabled = True
        text = await run_gdb(
            port_of(powered, name),
            image,
            *("tbreak main", "continue", f"print crash_by_number({number})", "backtrace", "continue", "continue"),
        )
        assert f"Program received signal {signal}" in text
        assert re.search(rf"#0 .*\b{function} \(", text)
        assert message in text
        assert "Program terminated with signal SIGABRT" in text
        powered.wait(lambda: rproc.state is State.CRASHED)


async def test_a_processor_that_is_stopped_elsewhere_is_gone_for_the_debugger() -> None:
    with Powered(load_board()) as powered:
        rproc = powered.processor("lab")
        await asyncio.to_thread(rproc.boot)
        async with attached(port_of(powered, "lab"), "fault.elf", "continue") as gdb:
            await gdb.resumed()
            await asyncio.to_thread(rproc.shutdown)
            assert "exited normally" in await gdb.end()
        assert rproc.state is State.OFFLINE


async def test_written_code_is_executed() -> None:
    with Powered(load_board()) as powered:
        rproc = await held(powered, "lab")
        text = await run_gdb(
            port_of(powered, "lab"),
            "fault.elf",
            *("tbreak main", "continue", "set var *(short *)$pc = 0x2077", "stepi", "print/x $r0", "kill"),
        )
        assert "= 0x77" in text
        assert rproc.state is State.RUNNING
