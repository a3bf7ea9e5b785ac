from __future__ import annotations

import pytest

from rproc_tui.model.openamp_state import OpenampState, kernel_state, openamp_state
from rproc_tui.model.processor import State


def test_the_states_have_openamps_numbers_and_words() -> None:
    assert {state.word: state.value for state in OpenampState} == {
        "offline": 0,
        "configured": 1,
        "ready": 2,
        "running": 3,
        "suspended": 4,
        "error": 5,
        "stopped": 6,
    }


@pytest.mark.parametrize(
    ("kernel", "openamp"),
    [
        (State.OFFLINE, OpenampState.OFFLINE),
        (State.RUNNING, OpenampState.RUNNING),
        (State.ATTACHED, OpenampState.RUNNING),
        (State.DETACHED, None),
        (State.SUSPENDED, OpenampState.SUSPENDED),
        (State.CRASHED, OpenampState.ERROR),
        (State.DELETED, None),
        (State.INVALID, None),
        (State.UNKNOWN, None),
    ],
)
def test_each_state_of_the_kernel_has_its_nearest_or_none(kernel: State, openamp: OpenampState | None) -> None:
    assert openamp_state(kernel) is openamp


@pytest.mark.parametrize(
    ("openamp", "kernel"),
    [
        (OpenampState.OFFLINE, State.OFFLINE),
        (OpenampState.CONFIGURED, State.OFFLINE),
        (OpenampState.READY, State.OFFLINE),
        (OpenampState.RUNNING, State.RUNNING),
        (OpenampState.SUSPENDED, State.SUSPENDED),
        (OpenampState.ERROR, State.CRASHED),
        (OpenampState.STOPPED, State.OFFLINE),
    ],
)
def test_each_state_of_openamp_is_one_of_the_kernels(openamp: OpenampState, kernel: State) -> None:
    assert kernel_state(openamp) is kernel


@pytest.mark.parametrize("state", [s for s in State if openamp_state(s) is not None and s is not State.ATTACHED])
def test_there_and_back_is_the_same_state(state: State) -> None:
    openamp = openamp_state(state)
    assert openamp is not None
    assert kernel_state(openamp) is state
