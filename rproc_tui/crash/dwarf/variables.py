"""The parameters and variables of a frame: where they are at its address, and their values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from elftools.dwarf.die import DIE

from rproc_tui.crash.dwarf.address_lists import location_list
from rproc_tui.crash.dwarf.debug_information import Found
from rproc_tui.crash.dwarf.entries import DW_TAG_FORMAL_PARAMETER, DW_TAG_VARIABLE
from rproc_tui.crash.dwarf.expression import address_of, evaluate
from rproc_tui.crash.dwarf.location import (
    Constant,
    Context,
    InMemory,
    InRegister,
    Location,
    Pieces,
    Simple,
    Unavailable,
)
from rproc_tui.crash.dwarf.malformed import MALFORMED
from rproc_tui.crash.dwarf.unit import Unit
from rproc_tui.crash.dwarf.units import Units
from rproc_tui.crash.dwarf.value_text import Writer
from rproc_tui.crash.register_names import ARM_DOUBLES
from rproc_tui.crash.values import Local

VARIABLES_MOST = 256
"""Of a frame."""
LARGEST = 4096
"""Bytes of a variable that is read."""
_OPTIMISED_OUT = "optimised out"


@dataclass(frozen=True, slots=True)
class Scope:
    """A frame, as variables are looked for in it."""

    units: Units
    found: Found
    address: int
    """Inside of the function, not behind a call."""
    context: Context
    writer: Writer
    names: tuple[str, ...]
    """Registers by DWARF's number."""


def variables_of(scope: Scope) -> tuple[Local, ...]:
    """Those of the innermost block first. Never raises; what is malformed is left out."""
    found: list[Local] = []
    try:
        context = replace(scope.context, frame_base=lambda: _frame_base(scope))
        for block in reversed(scope.found.blocks):
            for entry in _entries(scope.found.unit, block):
                found.append(_local(entry, scope, context))
                if len(found) >= VARIABLES_MOST:
                    return tuple(found)
    except MALFORMED:
        return tuple(found)
    return tuple(found)


def _entries(unit: Unit, block: DIE) -> Iterator[DIE]:
    """The variables and parameters that a block has itself."""
    for offset, depth in unit.below(block.offset, frozenset((DW_TAG_FORMAL_PARAMETER, DW_TAG_VARIABLE))):
        entry = unit.entry(offset) if depth == 1 else None
        if entry is not None and "DW_AT_declaration" not in entry.attributes:
            yield entry


def _frame_base(scope: Scope) -> int:
    """What the variables of the function count from."""
    expression = _expression(scope.found.blocks[0], "DW_AT_frame_base", scope)
    if expression is None:
        raise Unavailable("its function has no frame")
    return address_of(expression, scope.context)


def _local(entry: DIE, scope: Scope, context: Context) -> Local:
    types = scope.writer.types
    described = entry if "DW_AT_type" in entry.attributes else scope.units.origin(entry) or entry
    type_ = types.of(described)
    value, location = _value(entry, type_, scope, context)
    is_parameter = entry.tag == "DW_TAG_formal_parameter"
    return Local(scope.units.name(entry) or "?", types.name(type_), value, location, is_parameter)


def _value(entry: DIE, type_: DIE | None, scope: Scope, context: Context) -> tuple[str, str]:
    """Value and location as text."""
    try:
        if "DW_AT_const_value" in entry.attributes:
            return _constant(entry, type_, scope), "constant"
        location = evaluate(_expression(entry, "DW_AT_location", scope) or b"", context)
        size = scope.writer.types.size(type_)
        if size is None or not 0 < size <= LARGEST:
            return f"<{size or 'unknown number of'} bytes>", _location_text(location, scope)
        return scope.writer.text(type_, _read(location, size, context), 0), _location_text(location, scope)
    except Unavailable as reason:
        return f"<{_OPTIMISED_OUT if str(reason) == _OPTIMISED_OUT else 'not available'}>", str(reason)


def _constant(entry: DIE, type_: DIE | None, scope: Scope) -> str:
    value = entry.attributes["DW_AT_const_value"].value
    size = scope.writer.types.size(type_)
    if not isinstance(value, int):
        return scope.writer.text(type_, bytes(value))
    if size is None or not 0 < size <= 8:
        return str(value)
    return scope.writer.text(type_, (value & (1 << 8 * size) - 1).to_bytes(size, _order(scope.context)))


def _expression(entry: DIE, attribute: str, scope: Scope) -> bytes | None:
    """The expression of an attribute that holds at the scope's address."""
    found = entry.attributes.get(attribute)
    if found is None:
        return None
    if not isinstance(found.value, int):
        return bytes(found.value)
    for stretch in location_list(scope.found.unit.raw, found.value):
        if stretch.low <= scope.address < stretch.high:
            return stretch.expression
    return None


def _read(location: Location, size: int, context: Context) -> bytes:
    """The bytes of a variable. Raises Unavailable."""
    if not isinstance(location, Pieces):
        return _read_simple(location, size, context)
    data = b"".join(_piece(part, length, context) for part, length in location.parts if length <= LARGEST)
    if len(data) < size:
        raise Unavailable("parts of it are missing")
    return data[:size]


def _piece(part: Simple | None, length: int, context: Context) -> bytes:
    if part is None:
        raise Unavailable("parts of it are optimised out")
    return _read_simple(part, length, context)


def _read_simple(location: Simple, size: int, context: Context) -> bytes:
    if isinstance(location, InMemory):
        data = context.memory.read(location.address, size)
        if data is None:
            raise Unavailable(f"no memory at {location.address:#x}")
        return data
    data = location.data if isinstance(location, Constant) else _register(location.number, context)
    if len(data) < size:
        raise Unavailable("longer than its register")
    return data[:size] if context.little else data[-size:]


def _register(number: int, context: Context) -> bytes:
    length = 8 if number >= ARM_DOUBLES else context.word
    return context.register(number).to_bytes(length, _order(context))


def _location_text(location: Location, scope: Scope) -> str:
    if isinstance(location, Pieces):
        parts = (None if part is None else _location_text(part, scope) for part, _size in location.parts)
        return ", ".join(part or "nowhere" for part in parts)
    if isinstance(location, Constant):
        return "computed"
    if isinstance(location, InRegister):
        return scope.names[location.number] if location.number < len(scope.names) else f"register {location.number}"
    cfa = scope.context.cfa
    distance = None if cfa is None else location.address - cfa
    return f"frame{distance:+d}" if distance is not None and -LARGEST < distance < LARGEST else f"{location.address:#x}"


def _order(context: Context) -> Literal["little", "big"]:
    return "little" if context.little else "big"
