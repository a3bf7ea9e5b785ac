from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.emulator.machine.cortex_m.nvic import HARD_FAULT, NMI, THREAD_PRIORITY, InterruptController

PRIORITIES = st.lists(st.integers(0, 255), min_size=8, max_size=8)


def controller(*priorities: int, bits: int = 4) -> InterruptController:
    nvic = InterruptController(32, bits)
    nvic.enabled |= 0xFF << 16
    for line, priority in enumerate(priorities):
        nvic.set_priority(16 + line, priority)
    return nvic


def test_without_anything_pending_nothing_is_due() -> None:
    assert controller().due(THREAD_PRIORITY) is None


@given(PRIORITIES, st.sets(st.integers(0, 7)))
def test_the_most_urgent_is_the_least_priority_and_then_the_least_number(values: list[int], lines: set[int]) -> None:
    nvic = controller(*values)
    for line in lines:
        nvic.pend(16 + line)
    expected = min(((values[line] & 0xF0, 16 + line) for line in lines), default=(0, None))[1]
    assert nvic.most_urgent() == expected


@given(PRIORITIES, st.sets(st.integers(0, 7)), st.integers(0, 7), st.integers(0, 255), st.integers(0, 7))
def test_what_is_due_is_more_urgent_than_what_runs(
    values: list[int], lines: set[int], running: int, basepri: int, group: int
) -> None:
    nvic = controller(*values)
    nvic.priority_group = group
    nvic.activate(16 + running)
    for line in lines:
        nvic.pend(16 + line)
    level = nvic.execution_priority(0, basepri, 0)
    due = nvic.due(level)
    if due is not None:
        assert nvic.group_priority(due) < level <= nvic.group_priority(16 + running)


@pytest.mark.parametrize(
    ("masks", "level"),
    [
        ((0, 0, 0), 256),
        ((1, 0, 0), 0),
        ((0, 0x40, 0), 0x40),
        ((1, 0x40, 0), 0),
        ((1, 0x40, 1), -1),
        ((0, 0x0F, 0), 256),
    ],
)
def test_masks_raise_the_priority_of_what_runs(masks: tuple[int, int, int], level: int) -> None:
    assert controller().execution_priority(*masks) == level


@pytest.mark.parametrize(("number", "priority"), [(NMI, -2), (HARD_FAULT, -1)])
def test_the_fixed_priorities_cannot_be_changed(number: int, priority: int) -> None:
    nvic = controller()
    nvic.set_priority(number, 0x80)
    assert nvic.group_priority(number) == priority
    assert nvic.register_priority(number) == 0


def test_only_the_upper_bits_of_a_priority_exist() -> None:
    assert controller(0xFF, bits=4).register_priority(16) == 0xF0
    assert controller(0xFF, bits=2).register_priority(16) == 0xC0


def test_a_disabled_line_stays_pending_until_it_is_enabled() -> None:
    nvic = controller()
    nvic.pend(40)
    assert nvic.due(THREAD_PRIORITY) is None
    nvic.enabled |= 1 << 40
    assert nvic.due(THREAD_PRIORITY) == 40


def test_taking_and_returning_keep_the_nesting() -> None:
    nvic = controller()
    nvic.pend(16)
    nvic.activate(16)
    nvic.activate(17)
    assert (nvic.pending, nvic.current) == (0, 17)
    assert nvic.deactivate(17)
    assert nvic.current == 16
    assert not nvic.deactivate(17)
    assert nvic.deactivate(16)
    assert nvic.current == 0


def test_unknown_lines_have_no_priority() -> None:
    nvic = controller()
    nvic.set_priority(500, 0x80)
    assert nvic.register_priority(500) == 0
