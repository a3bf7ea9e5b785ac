"""Puts a machine together from a plan: core, devices, thread. Importing this loads the engine."""

from __future__ import annotations

from collections.abc import Callable

from rproc_tui.emulator.machine.binding import unicorn
from rproc_tui.emulator.machine.bus import Window
from rproc_tui.emulator.machine.cortex_m.cpu import CortexMCpu
from rproc_tui.emulator.machine.cortex_m.models import MODELS
from rproc_tui.emulator.machine.cortex_r.cpu import CortexRCpu
from rproc_tui.emulator.machine.cpu import Cpu, Timed
from rproc_tui.emulator.machine.devices.abort import AbortDevice
from rproc_tui.emulator.machine.devices.mailbox import Mailbox
from rproc_tui.emulator.machine.devices.timer import Timer
from rproc_tui.emulator.machine.devices.watchdog import Watchdog
from rproc_tui.emulator.machine.machine import Listeners, Machine
from rproc_tui.emulator.machine.memory import MemoryMap
from rproc_tui.emulator.machine.riscv.cpu import RiscvCpu
from rproc_tui.emulator.machine.timeline import Timeline
from rproc_tui.emulator.plan import CORTEX_R5F, RISCV, DevicePlan, ProcessorPlan


def assemble(
    plan: ProcessorPlan, memory: MemoryMap, timeline: Timeline, listeners: Listeners, *, entry: int
) -> Machine:
    """A machine that has not been started; `entry` is for cores without a vector table of addresses.

    RuntimeError when the engine cannot be made.
    """
    try:
        cpu = _cpu(plan, memory, timeline.now, entry)
    except unicorn.UcError as error:
        raise RuntimeError(str(error)) from error
    mailbox = Mailbox(lambda: None, listeners.kick)
    timed: list[Timed] = []
    for device_plan in plan.devices:
        device = _device(device_plan, cpu, timeline, listeners)
        if isinstance(device, Mailbox):
            mailbox = device
        elif not isinstance(device, AbortDevice):
            timed.append(device)
        cpu.map(Window(device_plan.name, device_plan.address, device_plan.size, device))
    return Machine(plan.name, cpu, mailbox, tuple(timed), timeline, listeners=listeners)


def _cpu(plan: ProcessorPlan, memory: MemoryMap, now: Callable[[], float], entry: int) -> Cpu:
    if plan.core == RISCV:
        return RiscvCpu(memory, now, entry=entry)
    if plan.core == CORTEX_R5F:
        return CortexRCpu(memory, vectors=plan.vector_table, entry=entry)
    return CortexMCpu(MODELS[plan.core], memory, now, vector_table=plan.vector_table, frequency=plan.frequency)


def _device(
    plan: DevicePlan, cpu: Cpu, timeline: Timeline, listeners: Listeners
) -> Mailbox | Timer | Watchdog | AbortDevice:
    line = cpu.line(plan.interrupt) if plan.interrupt is not None else lambda: None
    match plan.kind:
        case "mailbox":
            return Mailbox(line, listeners.kick)
        case "timer":
            return Timer(timeline.now, line)
        case "watchdog":
            return Watchdog(timeline.now)
        case _:
            return AbortDevice()
