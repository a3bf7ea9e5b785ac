"""Time that passes only when it is told to: the same inputs give the same trace."""

from __future__ import annotations

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.emulator.board import load_board
from rproc_tui.emulator.machine.virtual_time import VirtualClock, VirtualTime
from rproc_tui.model.processor import State
from tests.emulator.kernel import Powered

EVERY = ("m4", "m0", "m33", "lab", "r5f", "rv32")


def life(seconds: list[float]) -> tuple[dict[str, str], dict[str, dict[str, int]]]:
    """What every processor of the demo board has said, and its registers, after some steps of time and some inputs."""
    clock = VirtualClock()
    with Powered(load_board(clock=clock)) as powered:
        powered.wait(lambda: powered.logged("processor m0 is now up"))
        for name in ("m33", "lab", "r5f", "rv32"):
            powered.processor(name).boot()
        for step in seconds:
            clock.advance(step)
            powered.write(powered.debug("rv32", "mailbox"), b"1")
            powered.write(powered.debug("m33", "mailbox"), b"0x232")
        return {name: powered.trace(name) for name in EVERY}, {name: powered.registers(name) for name in EVERY}


def test_the_same_inputs_give_the_same_trace_and_the_same_registers() -> None:
    assert life([0.5, 2.0, 7.5]) == life([0.5, 2.0, 7.5])


def test_ten_seconds_are_ten_seconds() -> None:
    traces, _ = life([10.001])
    assert traces["m4"].count("C, humidity") == 10
    assert traces["m0"].count(" V ok") == 10
    assert traces["m33"].count("rpm, ") == 10
    assert traces["r5f"].count("charging") == 10
    assert "[00:00:08." in traces["rv32"].splitlines()[2]
    assert traces["lab"].count("alive, nothing to do") == 2


def test_nothing_happens_while_no_time_passes() -> None:
    clock = VirtualClock()
    with Powered(load_board(clock=clock)) as powered:
        powered.wait(lambda: powered.logged("processor m0 is now up"))
        assert powered.trace("m0") == ""
        clock.advance(0.1)
        assert "guard 1.0.0" in powered.trace("m0")
        said = powered.trace("m0")
        clock.advance(0.0)
        assert powered.trace("m0") == said


def test_a_spinning_core_uses_its_time_up_and_rests() -> None:
    clock = VirtualClock()
    with Powered(load_board(clock=clock)) as powered:
        lab = powered.processor("lab")
        lab.recovery_disabled = True
        lab.boot()
        clock.advance(0.1)
        powered.write(powered.debug("lab", "mailbox"), b"0x10A")
        clock.advance(0.9)
        assert lab.state is State.RUNNING
        clock.advance(0.2)
        powered.wait(lambda: lab.state is State.CRASHED)
        assert powered.logged("type watchdog")


def test_a_share_that_is_over_is_not_waited_for() -> None:
    share = VirtualTime(1.0)
    share.ended()
    share.run_to(5.0)
    assert share.is_over


def test_time_does_not_go_back() -> None:
    clock = VirtualClock()
    clock.advance(2.0)
    share = clock.timeline()
    assert share.now() == 2.0
    assert not share.may_run
