"""Puts a machine together from a plan: core, devices, thread. Importing this loads the engine."""

from __future__ import annotations

from rproc_tui.emulator.machine.bus import Window
from rproc_tui.emulator.machine.cortex_m.cpu import CortexMCpu
from rproc_tui.emulator.machine.cortex_m.models import MODELS
from rproc_tui.emulator.machine.cpu import Cpu, Timed
from rproc_tui.emulator.machine.devices.abort import AbortDevice
from rproc_tui.emulator.machine.devices.mailbox import Mailbox
from rproc_tui.emulator.machine.devices.timer import Timer
from rproc_tui.emulator.machine.devices.watchdog import Watchdog
from rproc_tui.emulator.machine.machine import Listeners, Machine
from rproc_tui.emulator.machine.memory import MemoryMap
from rproc_tui.emulator.machine.timeline import Timeline
from rproc_tui.emulator.plan import DevicePlan, ProcessorPlan


def assemble(plan: ProcessorPlan, memory: MemoryMap, timeline: Timeline, listeners: Listeners) -> Machine:
    """A machine that has not been started. RuntimeError when the engine cannot be made."""
    cpu: Cpu = CortexMCpu(MODELS[plan.core], memory, timeline, vector_table=plan.vector_table, frequency=plan.frequency)
    mailbox = Mailbox(lambda: None, cpu.attend)
    timed: list[Timed] = []
    for device_plan in plan.devices:
        device = _device(device_plan, cpu, timeline)
        if isinstance(device, Mailbox):
            mailbox = device
        elif not isinstance(device, AbortDevice):
            timed.append(device)
        cpu.map(Window(device_plan.name, device_plan.address, device_plan.size, device))
    return Machine(plan.name, cpu, mailbox, tuple(timed), timeline, listeners=listeners)


def _device(plan: DevicePlan, cpu: Cpu, timeline: Timeline) -> Mailbox | Timer | Watchdog | AbortDevice:
    line = cpu.line(plan.interrupt) if plan.interrupt is not None else lambda: None
    match plan.kind:
        case "mailbox":
            return Mailbox(line, cpu.attend)
        case "timer":
            return Timer(timeline.now, line)
        case "watchdog":
            return Watchdog(timeline.now)
        case _:
            return AbortDevice()
