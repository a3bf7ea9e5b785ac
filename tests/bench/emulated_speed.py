"""How fast the board executes, against the bare engine in the same run; and what many processors cost."""

from __future__ import annotations

import asyncio
import ctypes
import mmap
import pathlib
import statistics
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from unicorn import arm_const

from rproc_tui.clock import SystemClock
from rproc_tui.emulator.machine.binding import unicorn
from rproc_tui.hosts.emulated.open_board import open_board
from tests.bench.measure import Measure
from tests.emulator.bench import MAILBOX, Bench
from tests.emulator.thumb import NE, WFI, Program
from tests.plain_board import firmware as firmware_image

ITERATIONS = 3_000_000
ROUNDS = 5
CORES = 16
DATA = 0x2000_0100
CODE, STACK = 0x1000_0000, 0x2000_8000

LDR_R2_R1, ADDS_R2_1, STR_R2_R1, ADDS_R3_R2, EORS_R4_R3, SUBS_R0_1 = 0x680A, 0x3201, 0x600A, 0x189B, 0x405C, 0x3801


def run() -> Iterator[Measure]:
    """A loop of load, store and arithmetic; starts of sixteen cores; an idle board of sixteen."""
    ratios = [_machine() / _bare() for _ in range(ROUNDS)]
    speed = 6 * ITERATIONS / _bare() / 1e6
    note = f"bare engine: {speed:.0f} MIPS in this run"
    yield Measure("emulated speed, load/store loop", 1 / statistics.median(ratios), 0.6, "x bare", note, at_least=True)
    engine = statistics.median(_bare_starts() for _ in range(ROUNDS))
    boots, idle = asyncio.run(_board())
    note = f"{boots * 1e3:.0f} ms / {engine * 1e3:.0f} ms"
    yield Measure(f"boot of {CORES} processors", boots / engine, 5, "x bare", note)
    yield Measure(f"idle board of {CORES} processors", idle, 0.5, "%", "of a CPU, tickless firmware")


def _loop(program: Program) -> Program:
    """`ITERATIONS` times: load, add, store, two sums, count."""
    program.label("start").load(1, DATA).load(0, ITERATIONS).label("again")
    program.emit(LDR_R2_R1, ADDS_R2_1, STR_R2_R1, ADDS_R3_R2, EORS_R4_R3, SUBS_R0_1)
    return program.branch_if(NE, "again").label("end")


def _machine() -> float:
    """Seconds on a whole machine: thread, slices, devices."""
    bench = Bench()
    _loop(bench.program).store_word(MAILBOX, 1).label("rest").emit(WFI).branch("rest")
    began = time.perf_counter()
    with bench.start():
        bench.wait(lambda: bool(bench.kicks))
        return time.perf_counter() - began


def _bare() -> float:
    """Seconds on the engine alone, in one go."""
    program = _loop(Program(CODE, STACK)).emit(0xBF00, 0xBF00)
    image = program.image()
    engine, keep = _engine()
    engine.mem_write(CODE, image)
    began = time.perf_counter()
    engine.emu_start(program.address("start") | 1, program.address("end"))
    took = time.perf_counter() - began
    del keep
    return took


def _engine() -> tuple[Any, list[mmap.mmap]]:
    engine = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB)
    engine.ctl_set_cpu_model(arm_const.UC_CPU_ARM_CORTEX_M4)
    memories = []
    for address in (CODE, 0x2000_0000):
        memory = mmap.mmap(-1, 0x10000)
        pointer = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        engine.mem_map_ptr(address, 0x10000, unicorn.UC_PROT_ALL, pointer)
        memories.append(memory)
    return engine, memories


def _bare_starts() -> float:
    """Seconds that the engine alone needs to begin executing on sixteen cores."""
    program = Program(CODE, STACK).label("start").emit(0xBF00, 0xBF00).label("end").emit(0xBF00)
    image = program.image()
    began, keep = time.perf_counter(), []
    for _ in range(CORES):
        engine, memories = _engine()
        engine.mem_write(CODE, image)
        engine.emu_start(program.address("start") | 1, program.address("end"))
        keep.append((engine, memories))
    return time.perf_counter() - began


async def _board() -> tuple[float, float]:
    """Seconds to boot sixteen processors through their files, and per cent of a CPU that they then cost."""
    with tempfile.TemporaryDirectory() as folder:
        board = pathlib.Path(folder) / "sixteen.dts"
        board.write_text(_source())
        files = pathlib.Path(folder) / "firmware"
        files.mkdir()
        for number, address in _cores():
            (files / f"still{number}.elf").write_bytes(_still(address))
        host = open_board(str(board), firmware_folder=str(files))
        states = [f"/sys/class/remoteproc/remoteproc{number}/state" for number in range(CORES)]
        await host.read(states[0])
        began = time.perf_counter()
        await asyncio.gather(*(host.write(state, b"start") for state in states))
        boots = time.perf_counter() - began
        await asyncio.sleep(0.5)
        before, clock = time.process_time(), SystemClock()
        since = clock.monotonic()
        await asyncio.sleep(5)
        idle = 100 * (time.process_time() - before) / (clock.monotonic() - since)
        await host.close()
        return boots, idle


def _source() -> str:
    """Sixteen Cortex-M4, each with memory of its own."""
    nodes = "".join(
        f"""
    core{number}: core{number}@{address:x} {{
        compatible = "rproc-tui,cortex-m4";
        reg = <{address:#x} 0x8000>;
        reg-names = "ram";
        firmware-name = "still{number}.elf";
    }};"""
        for number, address in _cores()
    )
    return f"""/dts-v1/;
/ {{
    model = "sixteen";
    compatible = "bench,sixteen";
    #address-cells = <1>;
    #size-cells = <1>;{nodes}
}};
"""


def _cores() -> Iterator[tuple[int, int]]:
    return ((number, 0x1000_0000 + number * 0x0010_0000) for number in range(CORES))


def _still(address: int) -> bytes:
    """Firmware that sleeps for ever."""
    program = Program(address, address + 0x7000).label("start").emit(WFI).branch("start")
    return firmware_image(program.image(), address=address)
