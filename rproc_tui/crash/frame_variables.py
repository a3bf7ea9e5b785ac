"""Joins a frame of a backtrace with the description of its function: the variables that it has."""

from __future__ import annotations

from collections.abc import Callable

from rproc_tui.crash import register_names
from rproc_tui.crash.dwarf.debug_information import DebugInformation
from rproc_tui.crash.dwarf.location import Context
from rproc_tui.crash.dwarf.malformed import MALFORMED
from rproc_tui.crash.dwarf.types import Types
from rproc_tui.crash.dwarf.value_text import Writer
from rproc_tui.crash.dwarf.variables import Scope, variables_of
from rproc_tui.crash.values import Frame, Local, Machine, Memory


def frame_variables(
    frame: Frame,
    memory: Memory,
    debug: DebugInformation,
    machine: Machine,
    *,
    little: bool,
    name_at: Callable[[int], str | None],
) -> tuple[Local, ...]:
    """The variables and parameters of a frame, those of the innermost block first. Never raises."""
    place = frame.places[-1]
    address = place.address if frame.how.is_exact else place.address - 1
    start = None if place.offset is None else place.address - place.offset
    try:
        found = debug.find(address, start)
    except MALFORMED:
        return ()
    if found is None:
        return ()
    registers = register_names.numbered(frame.registers.values, machine)
    context = Context(registers, memory, machine.word, little, frame.cfa)
    writer = Writer(Types(debug.units, machine.word), memory, machine.word, little, name_at)
    return variables_of(Scope(debug.units, found, address, context, writer, register_names.names(machine)))
