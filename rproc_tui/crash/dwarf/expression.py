"""Evaluates location expressions (DWARF 5, sections 2.5 and 2.6): where a variable is, or what it was."""

from __future__ import annotations

from collections.abc import Callable

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
from rproc_tui.crash.dwarf.number import sleb128, uleb128

STACK_MOST = 256
"""Values on the stack at a time."""
STEPS_MOST = 10_000
"""Operations that are executed: an expression can branch back."""


def evaluate(expression: bytes, context: Context, initial: int | None = None) -> Location:
    """Where the described object is. Raises Unavailable, or IndexError and ValueError for nonsense."""
    return _Evaluation(expression, context, initial).run()


def address_of(expression: bytes, context: Context, initial: int | None = None) -> int:
    """The same for an expression that is to give an address; a register stands for its content."""
    found = evaluate(expression, context, initial)
    if isinstance(found, InMemory):
        return found.address
    if isinstance(found, InRegister):
        return context.register(found.number)
    if isinstance(found, Constant):
        return context.number(found.data)
    raise Unavailable("an address in pieces")


class _Evaluation:
    """One run of the stack machine."""

    def __init__(self, expression: bytes, context: Context, initial: int | None) -> None:
        self.context = context
        self.stack = [] if initial is None else [initial]
        self.found: Simple | None = None
        """What the operation said that ends a location."""
        self._code = expression
        self._at = 0
        self._parts: list[tuple[Simple | None, int]] = []

    def run(self) -> Location:
        """To the end of the expression."""
        for _step in range(STEPS_MOST):
            if self._at >= len(self._code):
                return self._end()
            opcode = self._code[self._at]
            self._at += 1
            self._execute(opcode)
            if len(self.stack) > STACK_MOST:
                break
        raise ValueError("an expression without end")

    def _end(self) -> Location:
        if self._parts:
            return Pieces(tuple(self._parts))
        if self.found is None and not self.stack:
            raise Unavailable("optimised out")
        return self.location()

    def location(self) -> Simple:
        """What the operations so far describe."""
        return self.found if self.found is not None else InMemory(self.pop())

    def _execute(self, opcode: int) -> None:
        if 0x30 <= opcode <= 0x4F:
            self.push(opcode - 0x30)
        elif 0x50 <= opcode <= 0x6F:
            self.found = InRegister(opcode - 0x50)
        elif 0x70 <= opcode <= 0x8F:
            self.push(self.context.register(opcode - 0x70) + self.signed())
        elif opcode in _UNARY:
            self.push(_UNARY[opcode](self, self.pop()))
        elif opcode in _BINARY:
            second = self.pop()
            self.push(int(_BINARY[opcode](self, self.pop(), second)))
        elif opcode in _OPERATIONS:
            _OPERATIONS[opcode](self)
        else:
            raise Unavailable(f"DW_OP {opcode:#x} is not known")

    def push(self, value: int) -> None:
        """Numbers are as long as an address."""
        self.stack.append(value & self.context.mask)

    def pop(self) -> int:
        """The top. Raises Unavailable when there is none."""
        if not self.stack:
            raise Unavailable("an expression without a value")
        return self.stack.pop()

    def unsigned(self) -> int:
        """The next operand."""
        value, self._at = uleb128(self._code, self._at)
        return value

    def signed(self) -> int:
        """The next operand, with a sign."""
        value, self._at = sleb128(self._code, self._at)
        return value

    def fixed(self, size: int, *, signed: bool = False) -> int:
        """The next operand, of so many bytes."""
        data = self.take(size)
        return int.from_bytes(data, "little" if self.context.little else "big", signed=signed)

    def take(self, size: int) -> bytes:
        """The next bytes. Raises ValueError where they are missing."""
        data = self._code[self._at : self._at + size]
        if len(data) != size:
            raise ValueError("an expression that is cut off")
        self._at += size
        return data

    def jump(self, distance: int) -> None:
        """To another operation."""
        self._at += distance
        if self._at < 0:
            raise ValueError("a branch to before the expression")

    def branch(self, distance: int) -> None:
        """The same unless the top is 0."""
        if self.pop():
            self.jump(distance)

    def pick(self, depth: int) -> None:
        """Copy a value from below the top."""
        if depth >= len(self.stack):
            raise Unavailable("an expression without a value")
        self.push(self.stack[-1 - depth])

    def rotate(self) -> None:
        """The top below the next two."""
        first, second, third = self.pop(), self.pop(), self.pop()
        self.stack += [first, third, second]

    def swap(self) -> None:
        """The two at the top."""
        first, second = self.pop(), self.pop()
        self.stack += [first, second]

    def frame_base(self, offset: int) -> None:
        """An address relative to the function's frame."""
        if self.context.frame_base is None:
            raise Unavailable("its function has no frame")
        self.push(self.context.frame_base() + offset)

    def call_frame(self) -> None:
        """The frame's address."""
        if self.context.cfa is None:
            raise Unavailable("its frame is not known")
        self.push(self.context.cfa)

    def piece(self, size: int) -> None:
        """What was described so far is a part of the whole."""
        nowhere = self.found is None and not self.stack
        self._parts.append((None if nowhere else self.location(), size))
        self.found = None
        self.stack.clear()

    def value(self) -> None:
        """The top is the value itself."""
        self.found = Constant(self.context.bytes(self.pop()))

    def nothing(self) -> None:
        """What only the caller could tell."""
        raise Unavailable("optimised out")


def _shift(number: int, by: int, context: Context) -> int:
    return number << by if by < 8 * context.word else 0


_UNARY: dict[int, Callable[[_Evaluation, int], int]] = {
    0x06: lambda run, value: run.context.load(value, run.context.word),
    0x94: lambda run, value: run.context.load(value, min(run.fixed(1), run.context.word)),
    0x19: lambda run, value: abs(run.context.signed(value)),
    0x1F: lambda run, value: -value,  # noqa: ARG005
    0x20: lambda run, value: ~value,  # noqa: ARG005
    0x23: lambda run, value: value + run.unsigned(),
}
_BINARY: dict[int, Callable[[_Evaluation, int, int], int]] = {
    0x1A: lambda _run, first, second: first & second,
    0x1B: lambda run, first, second: _quotient(run.context.signed(first), run.context.signed(second)),
    0x1C: lambda _run, first, second: first - second,
    0x1D: lambda _run, first, second: first % second if second else 0,
    0x1E: lambda _run, first, second: first * second,
    0x21: lambda _run, first, second: first | second,
    0x22: lambda _run, first, second: first + second,
    0x24: lambda run, first, second: _shift(first, second, run.context),
    0x25: lambda _run, first, second: first >> second,
    0x26: lambda run, first, second: run.context.signed(first) >> second,
    0x27: lambda _run, first, second: first ^ second,
    0x29: lambda _run, first, second: first == second,
    0x2A: lambda run, first, second: run.context.signed(first) >= run.context.signed(second),
    0x2B: lambda run, first, second: run.context.signed(first) > run.context.signed(second),
    0x2C: lambda run, first, second: run.context.signed(first) <= run.context.signed(second),
    0x2D: lambda run, first, second: run.context.signed(first) < run.context.signed(second),
    0x2E: lambda _run, first, second: first != second,
}


def _quotient(first: int, second: int) -> int:
    """Towards zero, as the machine divides; 0 by 0."""
    if second == 0:
        return 0
    size = abs(first) // abs(second)
    return size if (first < 0) == (second < 0) else -size


_OPERATIONS: dict[int, Callable[[_Evaluation], object]] = {
    0x03: lambda run: run.push(run.fixed(run.context.word)),
    0x08: lambda run: run.push(run.fixed(1)),
    0x09: lambda run: run.push(run.fixed(1, signed=True)),
    0x0A: lambda run: run.push(run.fixed(2)),
    0x0B: lambda run: run.push(run.fixed(2, signed=True)),
    0x0C: lambda run: run.push(run.fixed(4)),
    0x0D: lambda run: run.push(run.fixed(4, signed=True)),
    0x0E: lambda run: run.push(run.fixed(8)),
    0x0F: lambda run: run.push(run.fixed(8, signed=True)),
    0x10: lambda run: run.push(run.unsigned()),
    0x11: lambda run: run.push(run.signed()),
    0x12: lambda run: run.pick(0),
    0x13: lambda run: run.pop(),
    0x14: lambda run: run.pick(1),
    0x15: lambda run: run.pick(run.fixed(1)),
    0x16: lambda run: run.swap(),
    0x17: lambda run: run.rotate(),
    0x28: lambda run: run.branch(run.fixed(2, signed=True)),
    0x2F: lambda run: run.jump(run.fixed(2, signed=True)),
    0x90: lambda run: setattr(run, "found", InRegister(run.unsigned())),
    0x91: lambda run: run.frame_base(run.signed()),
    0x92: lambda run: run.push(run.context.register(run.unsigned()) + run.signed()),
    0x93: lambda run: run.piece(run.unsigned()),
    0x96: lambda run: None,  # noqa: ARG005 (nop)
    0x9C: lambda run: run.call_frame(),
    0x9E: lambda run: setattr(run, "found", Constant(run.take(run.unsigned()))),
    0x9F: lambda run: run.value(),
    0xF0: lambda run: None,  # noqa: ARG005 (GNU: may not be initialised yet)
    **dict.fromkeys((0xA0, 0xA3, 0xF2, 0xF3, 0xFA), lambda run: run.nothing()),
}
"""By opcode; the operands of a call are read from left to right. The last ones refer to values that are not kept:

implicit_pointer, entry_value, their GNU forms and GNU_parameter_ref.
"""
