"""The current thread of FreeRTOS and Zephyr, from memory that looks like theirs."""

from __future__ import annotations

import pytest

from rproc_tui.crash.threads import current_thread, told_thread
from rproc_tui.crash.values import Certainty
from tests.crash.cortex_m_memory import DATA, EXTENTS, Names, Ram, at, frame

CURRENT, BLOCK, STACK = DATA, DATA + 0x100, DATA + 0x400
TOP = STACK + 0x200
NAMES = Names({"pxCurrentTCB": (CURRENT, 4)})
R4_TO_R11 = [40, 50, 60, 70, 80, 90, 100, 110]
FRAME = frame(at("work"), at("main", 5))


def freertos(context: list[int], name: bytes = b"sensor\0") -> Ram:
    """A task whose context was saved as some port does."""
    ram = Ram({CURRENT: BLOCK, BLOCK: TOP, BLOCK + 48: STACK})
    return ram.put_bytes(BLOCK + 52, name).put(TOP, context)


PORTS = [
    ("ARM_CM3", [*R4_TO_R11, *FRAME], TOP + 4 * 16),
    ("ARM_CM4F", [*R4_TO_R11, 0xFFFF_FFFD, *FRAME], TOP + 4 * 17),
    ("ARM_CM4F with floats", [*R4_TO_R11, 0xFFFF_FFED, *range(16), *FRAME], TOP + 4 * 25 + 0x68),
    ("ARM_CM33_NTZ", [STACK, 0xFFFF_FFBC, *R4_TO_R11, *FRAME], TOP + 4 * 18),
]


@pytest.mark.parametrize(("context", "sp"), [row[1:] for row in PORTS], ids=[row[0] for row in PORTS])
def test_a_task_of_freertos_is_found_with_what_its_port_saved(context: list[int], sp: int) -> None:
    thread = current_thread(freertos(context), EXTENTS, NAMES)
    assert thread is not None
    assert (thread.system, thread.name, thread.address) == ("FreeRTOS", "sensor", BLOCK)
    assert thread.saved is not None
    assert (thread.saved.pc, thread.saved.sp, thread.saved.get("r4"), thread.saved.get("r11")) == (
        at("work"),
        sp,
        40,
        110,
    )
    assert thread.saved.certainty is Certainty.GUESS
    assert STACK in thread.stack


def test_the_extent_of_a_stack_that_is_a_variable_is_known() -> None:
    names = Names({"pxCurrentTCB": (CURRENT, 4), "sensor_stack": (STACK, 0x400)})
    thread = current_thread(freertos([*R4_TO_R11, *FRAME]), EXTENTS, names)
    assert thread is not None
    assert thread.stack == range(STACK, STACK + 0x400)


@pytest.mark.parametrize("name", [b"\xff\xfe\0", b"\x1b[2J\0", b"\0"])
def test_a_name_that_is_none_is_left_out(name: bytes) -> None:
    thread = current_thread(freertos([*R4_TO_R11, *FRAME], name), EXTENTS, NAMES)
    assert thread is not None
    assert thread.name == ""


def test_a_context_that_is_none_is_not_made_up() -> None:
    thread = current_thread(freertos([0xA5A5_A5A5] * 30), EXTENTS, NAMES)
    assert thread is not None
    assert thread.saved is None


KERNEL, THREAD, OFFSETS = DATA + 0x10, DATA + 0x100, DATA + 0x40
CALLEE_SAVED = 0x28


def zephyr() -> Ram:
    ram = Ram({KERNEL + 8: THREAD, THREAD + CALLEE_SAVED + 32: TOP})
    return ram.put(THREAD + CALLEE_SAVED, R4_TO_R11).put(TOP, FRAME)


def test_a_thread_of_zephyr_is_found_by_its_table_of_offsets() -> None:
    ram = zephyr().put(OFFSETS, [1, 8, 0, 0, 0, 0, 0, 0, CALLEE_SAVED + 32, 0x70]).put_bytes(THREAD + 0x70, b"logger\0")
    names = Names({"_kernel": (KERNEL, 64), "_kernel_thread_info_offsets": (OFFSETS, 40)})
    thread = current_thread(ram, EXTENTS, names)
    assert thread is not None
    assert (thread.system, thread.name, thread.saved_at) == ("Zephyr", "logger", TOP)
    assert thread.saved is not None
    assert (thread.saved.pc, thread.saved.get("r4"), thread.saved.sp) == (at("work"), 40, TOP + 0x20)


def test_a_thread_of_zephyr_is_found_without_that_table_and_named_after_its_variable() -> None:
    names = Names({"_kernel": (KERNEL, 48), "z_main_thread": (THREAD, 128), "z_main_stack": (STACK, 0x400)})
    thread = current_thread(zephyr(), EXTENTS, names)
    assert thread is not None
    assert (thread.name, thread.stack) == ("z_main_thread", range(STACK, STACK + 0x400))
    assert thread.saved is not None
    assert thread.saved.get("r11") == 110


@pytest.mark.parametrize(
    "names", [{}, {"pxCurrentTCB": (CURRENT, 4)}, {"_kernel": (KERNEL, 64)}, {"pxCurrentTCB": (0x9000_0000, 4)}]
)
def test_without_a_system_or_its_memory_there_is_no_thread(names: dict[str, tuple[int, int]]) -> None:
    assert current_thread(Ram(), EXTENTS, Names(names)) is None


def test_pointers_to_nowhere_are_no_thread_or_one_without_context() -> None:
    assert current_thread(Ram({CURRENT: 0x9000_0000}), EXTENTS, NAMES) is None
    thread = current_thread(Ram({CURRENT: BLOCK, BLOCK: 0x9000_0000}), EXTENTS, NAMES)
    assert thread is not None
    assert thread.saved is None


def test_the_thread_that_zephyr_names_in_its_last_words_is_known() -> None:
    thread = told_thread(["<err> os: Current thread: 0x20000168 (sensor \x1b[2J)", "<err> os: Halting system"])
    assert thread is not None
    assert (thread.system, thread.address) == ("Zephyr", 0x2000_0168)
    assert thread.name.isprintable()
    assert told_thread(["all well"]) is None
