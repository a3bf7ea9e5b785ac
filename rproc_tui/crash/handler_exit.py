"""From the frames of a fault handler back to the registers of the code that faulted, where its address was printed."""

from __future__ import annotations

from collections.abc import Sequence

from rproc_tui.crash.fault_names import is_fault_handler
from rproc_tui.crash.register_names import kept
from rproc_tui.crash.values import Frame, How, Machine


def behind_handlers(frames: Sequence[Frame], pc: int, machine: Machine) -> dict[str, int] | None:
    """The registers at `pc`, as far as the handler's frames tell; None where no frame is behind a handler's."""
    behind = next(
        (number for number, one in enumerate(frames) if number and not is_fault_handler(one.place.function)), None
    )
    if behind is None or not is_fault_handler(frames[behind - 1].place.function):
        return None
    frame = frames[behind]
    if frame.how is How.STACK_SCAN:
        return None
    values = {name: value for name, value in frame.registers.values.items() if name in kept(machine)}
    if machine.is_riscv:
        return _riscv(frame, pc, values)
    return values | {"pc": pc}  # the handler has a stack of its own, and LR was banked away: neither is the program's


def _riscv(frame: Frame, pc: int, values: dict[str, int]) -> dict[str, int]:
    """A trap handler runs on the stack of what it interrupts, and saves its `ra`."""
    if frame.how is How.EXCEPTION_FRAME:
        return {**frame.registers.values, "pc": pc}
    caller = frame.registers.pc
    found = {**values, "pc": pc} if caller is None else {**values, "ra": caller, "pc": pc}
    return found | ({} if frame.registers.sp is None else {"sp": frame.registers.sp})
