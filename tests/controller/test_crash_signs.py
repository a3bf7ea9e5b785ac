"""When a crash begins: once for every crash, however the kernel orders its lines, and never for a mere report."""

from __future__ import annotations

import pytest

from rproc_tui.controller.crash_signs import CrashSigns
from rproc_tui.linux.kernel_fact import KernelFact, Kind
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.processor import State

D, H, R, S, U, P = (
    Kind.CRASH_DETECTED,
    Kind.CRASH_HANDLED,
    Kind.RECOVERING,
    Kind.STOPPED,
    Kind.UP,
    Kind.POWERING_UP,
)


def begins(*told: tuple[Kind, int | str | None] | Kind) -> list[bool]:
    """For each line, whether a crash begins with it."""
    signs, answers = CrashSigns(), []
    for one in told:
        kind, value = one if isinstance(one, tuple) else (one, None)
        line = KernelLine(0, 0.0, 3, "")
        number, detail = (value, None) if isinstance(value, int) else (None, value)
        answers.append(signs.heard(KernelFact(kind, line, number=number, detail=detail)))
    return answers


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([D, (H, 1), R, S, U], [True, False, False, False, False]),
        ([(H, 1), D, R, S, U], [True, False, False, False, False]),
        ([(H, 1), R, S, U, D], [True, False, False, False, False]),
        ([D, (H, 1), R, S, U, D, (H, 2)], [True, False, False, False, False, True, False]),
        ([(H, 1), D, R, S, U, (H, 2), D], [True, False, False, False, False, True, False]),
        ([D, (H, 1), D], [True, False, False]),
        ([D, (H, 1), D, R, S, U, D], [True, False, False, False, False, False, True]),
        ([D, P, U, D, (H, 1)], [True, False, False, True, False]),
        ([D, (H, 1), (H, 2)], [True, False, True]),
        ([(H, 7), (H, 7)], [True, False]),
        ([U, S, P, R], [False, False, False, False]),
    ],
    ids=[
        "reported and handled",
        "handled before it is reported",
        "reported when it is over",
        "two in a row",
        "two in a row, each handled first",
        "reported again while it is crashed",
        "reported again, recovered, crashed anew",
        "a report of one that is off, then a crash",
        "a line was lost",
        "a line came twice",
        "no crash",
    ],
)
def test_every_crash_begins_once(told: list[tuple[Kind, int | str | None] | Kind], expected: list[bool]) -> None:
    assert begins(*told) == expected


def test_a_report_alone_is_not_certain() -> None:
    signs = CrashSigns()
    signs.heard(KernelFact(D, KernelLine(0, 0.0, 3, ""), detail="watchdog"))
    assert (signs.under_way, signs.is_certain, signs.type, signs.number) == (True, False, "watchdog", None)
    signs.heard(KernelFact(H, KernelLine(1, 0.0, 3, ""), number=4))
    seen = [signs.is_certain, signs.type, signs.number]
    assert seen == [True, "watchdog", 4]


def test_the_type_of_a_late_report_is_that_of_the_crash_before_it() -> None:
    signs = CrashSigns()
    signs.heard(KernelFact(H, KernelLine(0, 0.0, 3, ""), number=1))
    signs.heard(KernelFact(D, KernelLine(1, 0.0, 3, ""), detail="mmufault"))
    assert [signs.type, signs.number] == ["mmufault", 1]


def test_without_a_log_the_state_is_the_sign() -> None:
    signs = CrashSigns()
    states = [State.RUNNING, State.CRASHED, State.CRASHED, State.OFFLINE, State.RUNNING, State.CRASHED]
    assert [signs.saw(state) for state in states] == [False, True, False, False, False, True]
