"""Call chains over stacks that are written by hand; those of real crashes are compared with gdb's."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import pytest

from rproc_tui.crash.backtrace import FRAMES_MOST, backtrace
from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Certainty, Frame, How, Machine, Registers
from tests.crash.dwarf_builder import TEXT, Named, elf, frame_section

STACK = 0x20000000
THREAD = 0x20001000
ENTRY, WORKER, LEAF, HANDLER, OUTER_HANDLER = (TEXT + 0x20 * number for number in range(5))
NAMES = ("entry", "worker", "leaf", "handler", "outer_handler")
CALL = 8
"""Behind the call in each function."""
PUSHES = b"\x42\x0e\x08\x8e\x01\x87\x02"
"""From the second byte on the frame has lr and r7."""
TO_HANDLER, TO_THREAD, TO_PROCESS, WITH_FLOATS = 0xFFFFFFF1, 0xFFFFFFF9, 0xFFFFFFFD, 0xFFFFFFED


def body(begin: bytes, nop: bytes) -> bytes:
    """A function of 32 bytes."""
    return begin + nop * ((0x20 - len(begin)) // len(nop))


def thumb_program(*, frames: bool = True, rules: Sequence[tuple[int, int, bytes]] = ()) -> Symbols:
    """Five functions of 32 bytes that each call something in their middle; `leaf` saves nothing."""
    function = body(b"\x80\xb5\x00\xbf\x00\xf0\x00\xf8", b"\x00\xbf")
    names = [Named(name, TEXT + 0x20 * number, 0x20) for number, name in enumerate(NAMES)]
    usual = [(TEXT + 0x20 * number, 0x20, b"" if name == "leaf" else PUSHES) for number, name in enumerate(NAMES)]
    return Symbols(elf(function * 5, names, {"debug_frame": frame_section(rules or usual)} if frames else {}))


class Stack:
    """Memory that has words where a test put them, and zeros around them."""

    def __init__(self, words: Mapping[int, int | tuple[int, ...]], size: int = 0x2000) -> None:
        self._data = bytearray(size)
        for address, value in words.items():
            values = value if isinstance(value, tuple) else (value,)
            struct.pack_into(f"<{len(values)}I", self._data, address - STACK, *values)

    def read(self, address: int, size: int) -> bytes | None:
        start = address - STACK
        return bytes(self._data[start : start + size]) if 0 <= start <= len(self._data) - size else None


def chain(frames: tuple[Frame, ...]) -> list[tuple[str | None, How]]:
    return [(frame.place.function, frame.how) for frame in frames]


def registers(**values: int) -> Registers:
    return Registers(values, "test", Certainty.KNOWN)


def unwind(stack: Stack, symbols: Symbols | None = None, **values: int) -> tuple[Frame, ...]:
    return backtrace(registers(**values), stack, symbols or thumb_program(), Machine.CORTEX_M)


SAVED = {STACK + 0x100: (0x77, WORKER + CALL | 1, 0x88, ENTRY + CALL | 1, 0x99, 0xFFFFFFFF)}
"""What handler, worker and entry have pushed, at the stack pointer of a handler in its middle."""


def test_frames_are_undone_by_their_description() -> None:
    frames = unwind(Stack(SAVED), pc=HANDLER + CALL, sp=STACK + 0x100, lr=0)
    assert chain(frames) == [
        ("handler", How.REGISTERS),
        ("worker", How.FRAME_INFORMATION),
        ("entry", How.FRAME_INFORMATION),
    ]
    assert [frame.cfa for frame in frames] == [STACK + 0x108, STACK + 0x110, STACK + 0x118]
    assert [frame.registers.get("r7") for frame in frames] == [None, 0x77, 0x88]
    assert [frame.registers.sp for frame in frames] == [STACK + 0x100, STACK + 0x108, STACK + 0x110]
    assert all(frame.registers.certainty is Certainty.KNOWN for frame in frames)


def test_a_caller_only_has_the_registers_that_calls_keep() -> None:
    worker = unwind(Stack(SAVED), pc=HANDLER + CALL, sp=STACK + 0x100, lr=1, r0=2, r4=3, psp=4)[1]
    assert dict(worker.registers.values) == {
        "pc": WORKER + CALL | 1,
        "sp": STACK + 0x108,
        "r4": 3,
        "r7": 0x77,
        "psp": 4,
    }


def test_a_function_that_has_saved_nothing_yet_returns_by_the_link_register() -> None:
    for pc in (LEAF + 4, WORKER):
        frames = unwind(Stack({}), pc=pc, sp=STACK + 0x100, lr=ENTRY + CALL | 1)
        assert chain(frames)[1] == ("entry", How.FRAME_INFORMATION)


@pytest.mark.parametrize("nowhere", [0, 0x70000000, 0xDEADBEEE])
def test_a_branch_to_nowhere_came_from_where_the_link_register_says(nowhere: int) -> None:
    frames = unwind(Stack({STACK + 0x104: 0xFFFFFFFF}), pc=nowhere, sp=STACK + 0x100, lr=ENTRY + CALL | 1)
    assert chain(frames) == [(None, How.REGISTERS), ("entry", How.LINK_REGISTER)]
    assert frames[1].registers.certainty is Certainty.LIKELY


def exception_frame(pc: int, lr: int = 0xFFFFFFFF, xpsr: int = 1 << 24) -> tuple[int, ...]:
    return (0xA0, 0xA1, 0xA2, 0xA3, 0xAC, lr, pc, xpsr)


@pytest.mark.parametrize(
    ("exception_return", "xpsr", "size"),
    [
        (TO_THREAD, 1 << 24, 32),
        (TO_THREAD, 1 << 24 | 1 << 9, 36),
        (0xFFFFFFE9, 1 << 24, 104),
        (0xFFFFFFE9, 1 << 24 | 1 << 9, 108),
        (0xFFFFFFB8, 1 << 24, 32),
    ],
    ids=["basic", "padded", "with floats", "with floats, padded", "Armv8-M"],
)
def test_an_exception_is_crossed_by_the_frame_on_the_main_stack(exception_return: int, xpsr: int, size: int) -> None:
    at = STACK + 0x108
    stack = Stack({at - 8: (0x77, exception_return), at: exception_frame(LEAF + 2, ENTRY + CALL | 1, xpsr)})
    frames = unwind(stack, pc=HANDLER + CALL, sp=at - 8, lr=0, r4=4)
    assert chain(frames)[:3] == [
        ("handler", How.REGISTERS),
        ("leaf", How.EXCEPTION_FRAME),
        ("entry", How.FRAME_INFORMATION),
    ]
    interrupted = frames[1].registers
    assert (interrupted.pc, interrupted.sp, interrupted.get("r4")) == (LEAF + 2, at + size, 4)
    assert interrupted.get("r12") == 0xAC
    assert interrupted.source == f"exception frame at {at:#010x}, main stack"


def test_a_thread_is_found_on_its_own_stack() -> None:
    stack = Stack({STACK + 0x100: (0x77, TO_PROCESS), THREAD: exception_frame(WORKER, ENTRY + CALL | 1)})
    frames = unwind(stack, pc=HANDLER + CALL, sp=STACK + 0x100, lr=0, psp=THREAD)
    assert chain(frames)[1:] == [("worker", How.EXCEPTION_FRAME), ("entry", How.FRAME_INFORMATION)]
    assert frames[1].registers.sp == THREAD + 32
    assert frames[1].registers.get("msp") == STACK + 0x108


def test_nested_interrupts_are_crossed_one_by_one() -> None:
    at = STACK + 0x100
    stack = Stack(
        {
            at: (0x77, TO_HANDLER, *exception_frame(OUTER_HANDLER + CALL)),
            at + 40: (0x78, TO_PROCESS),
            THREAD: exception_frame(LEAF, ENTRY + CALL | 1),
        }
    )
    frames = unwind(stack, pc=HANDLER + CALL, sp=at, lr=0, psp=THREAD)
    assert chain(frames) == [
        ("handler", How.REGISTERS),
        ("outer_handler", How.EXCEPTION_FRAME),
        ("leaf", How.EXCEPTION_FRAME),
        ("entry", How.FRAME_INFORMATION),
    ]


def test_a_handler_without_description_is_left_by_the_link_register() -> None:
    stack = Stack({STACK + 0x100: exception_frame(LEAF, ENTRY + CALL | 1)})
    frames = unwind(stack, thumb_program(frames=False), pc=HANDLER, sp=STACK + 0x100, lr=TO_THREAD)
    assert chain(frames)[1] == ("leaf", How.EXCEPTION_FRAME)


def test_a_thread_whose_stack_pointer_is_not_known_is_not_made_up() -> None:
    stack = Stack({STACK + 0x100: (0x77, TO_PROCESS)})
    assert chain(unwind(stack, pc=HANDLER + CALL, sp=STACK + 0x100, lr=0)) == [("handler", How.REGISTERS)]


def test_without_descriptions_the_stack_is_searched_for_calls() -> None:
    words = (5, WORKER + 0x10 | 1, WORKER + CALL | 1, STACK, WORKER + CALL, 0, ENTRY + CALL | 1)
    frames = unwind(Stack({STACK + 0x100: words}), thumb_program(frames=False), pc=LEAF + 2, sp=STACK + 0x100)
    assert chain(frames) == [("leaf", How.REGISTERS), ("worker", How.STACK_SCAN), ("entry", How.STACK_SCAN)]
    assert [frame.how.is_guess for frame in frames] == [False, True, True]
    assert frames[1].registers.certainty is Certainty.GUESS
    assert frames[1].registers.source == f"the word at {STACK + 0x108:#010x}"


def test_a_return_address_that_is_found_tells_where_a_frame_is_that_hangs_on_a_lost_register() -> None:
    by_r7 = PUSHES + b"\x42\x0d\x07"
    rules = [(LEAF, 0x20, by_r7), (WORKER, 0x20, by_r7), (ENTRY, 0x20, by_r7)]
    symbols = thumb_program(rules=rules)
    first, second, third = STACK + 0x110, STACK + 0x130, STACK + 0x150
    words = {first: (second, WORKER + CALL | 1), second: (third, ENTRY + CALL | 1), third: (0, 0xFFFFFFFF)}
    stack = Stack(words)
    frames = unwind(stack, symbols, pc=LEAF + CALL, sp=STACK + 0x100, lr=0, psp=1)
    assert chain(frames)[:3] == [
        ("leaf", How.REGISTERS),
        ("worker", How.STACK_SCAN),
        ("entry", How.FRAME_INFORMATION),
    ]
    assert (frames[1].registers.get("r7"), frames[1].registers.sp, frames[1].registers.get("psp")) == (
        second,
        first + 8,
        1,
    )
    assert frames[1].cfa == second + 8
    assert {frame.registers.certainty for frame in frames[1:]} == {Certainty.GUESS}


def test_a_return_address_that_was_overwritten_makes_the_rest_a_guess() -> None:
    stack = Stack({STACK + 0x100: (0x77, 0x41414141, 0, ENTRY + CALL | 1, 0x99, 0xFFFFFFFF)})
    frames = unwind(stack, pc=WORKER + CALL, sp=STACK + 0x100, lr=0)
    assert chain(frames) == [("worker", How.REGISTERS), ("entry", How.STACK_SCAN)]


def test_a_frame_that_is_its_own_caller_ends_the_chain() -> None:
    frames = unwind(Stack({}), pc=LEAF, sp=STACK + 0x100, lr=LEAF + CALL | 1)
    assert len(frames) <= 2


def test_an_endless_recursion_is_followed_so_far() -> None:
    words = {STACK + at: (0, WORKER + CALL | 1) for at in range(0, 0x2000, 8)}
    frames = unwind(Stack(words), pc=WORKER + CALL, sp=STACK, lr=0)
    assert len(frames) == 0x2000 // 8 + 1
    words = {STACK + at: (0, WORKER + CALL | 1) for at in range(0, 0x10000, 8)}
    assert len(unwind(Stack(words, 0x10000), pc=WORKER + CALL, sp=STACK, lr=0)) == FRAMES_MOST


@pytest.mark.parametrize(("values", "count"), [({}, 0), ({"pc": WORKER}, 1), ({"pc": WORKER, "sp": 3}, 1)])
def test_missing_registers_end_the_chain(values: dict[str, int], count: int) -> None:
    assert len(backtrace(registers(**values), Stack({}), thumb_program(), Machine.CORTEX_M)) == count


def test_a_file_that_knows_nothing_leaves_one_frame() -> None:
    frames = unwind(Stack(SAVED), Symbols(b""), pc=HANDLER, sp=STACK + 0x100, lr=WORKER + CALL | 1)
    assert chain(frames) == [(None, How.REGISTERS)]
    unknown = backtrace(registers(pc=1), Stack({}), thumb_program(), Machine.UNKNOWN)
    assert len(unknown) == 1


RISCV_PUSHES = b"\x44\x0e\x10\x81\x01"
"""From the fourth byte on the frame has 16 bytes, with ra at their top."""


def riscv_program() -> Symbols:
    """`entry`, `worker` and `leaf` with a call each, and `handler`, which ends in an mret."""
    function = body(struct.pack("<II", 0x1141, 0x000000EF), b"\x01\x00")
    handler = function[:-4] + b"\x73\x00\x20\x30"
    names = [Named(name, TEXT + 0x20 * number, 0x20, 0) for number, name in enumerate(NAMES[:4])]
    rules = [(TEXT + 0x20 * number, 0x20, RISCV_PUSHES) for number in range(4)]
    frames = frame_section(rules, b"\x0c\x02\x00").replace(b"\x01\x7c\x0e", b"\x01\x7c\x01")
    return Symbols(elf(function * 3 + handler, names, {"debug_frame": frames}, machine=243))


def riscv_unwind(**values: int) -> tuple[Frame, ...]:
    words = {STACK + 0x10C: ENTRY + CALL, STACK + 0x11C: WORKER + CALL}
    return backtrace(registers(**values), Stack(words), riscv_program(), Machine.RISCV32)


def test_a_trap_of_riscv_is_crossed_by_mepc() -> None:
    frames = riscv_unwind(pc=HANDLER + CALL, sp=STACK + 0x100, ra=0, mepc=LEAF + 2)
    assert chain(frames)[:3] == [
        ("handler", How.REGISTERS),
        ("leaf", How.EXCEPTION_FRAME),
        ("entry", How.FRAME_INFORMATION),
    ]
    assert (frames[1].registers.pc, frames[1].registers.get("ra")) == (LEAF + 2, ENTRY + CALL)


def test_an_mepc_that_a_second_trap_has_overwritten_leaves_a_guess() -> None:
    frames = riscv_unwind(pc=HANDLER + CALL, sp=STACK + 0x100, ra=0, mepc=HANDLER + CALL)
    assert chain(frames)[1] == ("entry", How.LINK_REGISTER)
    assert frames[1].registers.certainty is Certainty.GUESS


ARM_PUSHES = b"\x44\x0e\x08\x8e\x01\x8b\x02"


def arm_program() -> Symbols:
    function = body(struct.pack("<II", 0xE92D4800, 0xEB000000), b"\x00\x00\xa0\xe1")
    names = [Named(name, TEXT + 0x20 * number, 0x20, 0) for number, name in enumerate(NAMES)]
    rules = [(TEXT + 0x20 * number, 0x20, b"" if name == "leaf" else ARM_PUSHES) for number, name in enumerate(NAMES)]
    return Symbols(elf(function * 5, names, {"debug_frame": frame_section(rules)}))


def test_an_interrupt_of_an_arm_is_crossed_to_the_registers_of_the_interrupted_mode() -> None:
    stack = Stack({STACK + 0x100: (0xB, LEAF + 0x10), THREAD: (0, 0)})
    values = {"pc": HANDLER + CALL, "sp": STACK + 0x100, "lr": 0, "cpsr": 0x192, "spsr": 0x1F}
    frames = backtrace(registers(**values, sp_usr=THREAD, lr_usr=ENTRY + CALL), stack, arm_program(), Machine.ARM)
    assert chain(frames)[:3] == [
        ("handler", How.REGISTERS),
        ("leaf", How.EXCEPTION_FRAME),
        ("entry", How.FRAME_INFORMATION),
    ]
    interrupted = frames[1].registers
    assert (interrupted.pc, interrupted.sp, interrupted.get("cpsr")) == (LEAF + 0x10, THREAD, 0x1F)
    without = backtrace(registers(**values), stack, arm_program(), Machine.ARM)
    assert chain(without) == [("handler", How.REGISTERS), ("leaf", How.EXCEPTION_FRAME)]
    assert without[1].registers.sp is None
