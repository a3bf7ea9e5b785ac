"""Waiting for a state, as a verb and behind an action."""

from __future__ import annotations

import contextlib

import pytest

from rproc_tui.commands import session
from rproc_tui.commands.wait import Arrival, Wait
from rproc_tui.controller.controller import Controller
from rproc_tui.hosts.base import Host
from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import Processor, ProcessorKey, State
from tests.commands.conftest import Run
from tests.controller.conftest import controller as controller  # noqa: PLC0414 (a fixture)
from tests.controller.conftest import processor
from tests.demo_board import demo_board

NEVER = "0.05"
"""Seconds to wait for what does not come."""


@pytest.mark.emulator
def test_a_state_that_is_there_is_not_waited_for(run: Run) -> None:
    ran = run("--demo", "wait", "m4", "m0", "running", "--json")
    waited = ran.json()
    assert (ran.code, waited["schema"], waited["wanted"]) == (0, "rproc-tui/wait", "running")
    assert [(one["name"], one["reached"]) for one in waited["processors"]] == [("m4", True), ("m0", True)]


@pytest.mark.emulator
def test_a_state_that_does_not_come_is_exit_1_with_what_it_is_instead(run: Run) -> None:
    ran = run("--demo", "wait", "m4", "m33", "running", "--timeout", NEVER)
    assert (ran.code, ran.out) == (1, "m4 is running\n")
    assert "m33 is offline, not running" in ran.err


@pytest.mark.emulator
def test_an_action_that_is_not_followed_by_the_state_has_failed(run: Run) -> None:
    ran = run("--demo", "boot", "m33", "--wait", "offline", "--timeout", NEVER, "--json")
    (outcome,) = ran.json()["outcomes"]
    assert (ran.code, outcome["result"]) == (1, "failed")
    assert outcome["message"].startswith("m33 is running, not offline")
    assert run("--demo", "boot", "m33", "--wait", "running").code == 0


@pytest.mark.emulator
def test_who_wants_a_state_that_is_there_already_has_it(run: Run) -> None:
    assert run("--demo", "boot", "m4").code == 1
    ran = run("--demo", "boot", "m4", "--wait", "running", "--json")
    (outcome,) = ran.json()["outcomes"]
    assert (ran.code, outcome["result"], outcome["message"]) == (0, "done", "m4 is running")
    assert run("--demo", "boot", "m4", "--wait", "offline").code == 1


@pytest.mark.emulator
def test_show_prints_what_there_is_when_the_state_does_not_come(run: Run) -> None:
    ran = run("--demo", "show", "m33", "--wait", "running", "--timeout", NEVER, "--json")
    assert (ran.code, ran.json()["state"]) == (1, "offline")
    assert "not running" in ran.err


@pytest.mark.parametrize("arguments", [["wait", "m4", "sleeping"], ["wait", "m4", "running", "--timeout", "-1"]])
def test_what_nobody_can_wait_for_is_refused(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).code == 2


async def test_a_boot_ends_the_wait(controller: Controller) -> None:
    key = processor(controller).key
    with contextlib.closing(Wait(controller, [key])) as wait:
        await controller.act(key, Verb.BOOT)
        (arrival,) = await wait.reach(State.RUNNING, 5)
    assert (arrival.reached, arrival.processor.state) == (True, State.RUNNING)


async def test_a_crash_counts_though_the_kernel_has_recovered_from_it(controller: Controller) -> None:
    key = processor(controller).key
    await controller.act(key, Verb.BOOT)
    with contextlib.closing(Wait(controller, [key])) as wait:
        assert (await controller.act(key, Verb.CRASH, "watchdog")).ok
        (running,) = await wait.reach(State.RUNNING, 5)
        (crashed,) = await wait.reach(State.CRASHED, 5)
    assert running.reached
    assert crashed.reached


def test_a_state_that_has_passed_is_told_of_as_such() -> None:
    seen = Processor(ProcessorKey("demo", "/sys/devices/m4"), "remoteproc0", "m4", State.RUNNING)
    assert Arrival(seen, reached=True, seconds=1).sentence("crashed") == "m4 came to be crashed, and is running"


@pytest.fixture
def two_boards(homes: object, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a command looks, there are two demo boards, left and right."""

    def boards(_options: object) -> list[Host]:
        hosts: list[Host] = []
        for label in ("left", "right"):
            host = demo_board(str(tmp_path_factory.mktemp(label)))
            host.label = label
            hosts.append(host)
        return hosts

    monkeypatch.setattr(session, "open_hosts", boards)


@pytest.mark.emulator
@pytest.mark.usefixtures("two_boards")
def test_the_same_verb_acts_on_each_board_and_answers_for_each(run: Run) -> None:
    ran = run("boot", "m33", "right/lab", "--json")
    answered = ran.json()
    assert ran.code == 0
    assert [(one["host"], one["name"], one["result"]) for one in answered["outcomes"]] == [
        ("left", "m33", "done"),
        ("right", "m33", "done"),
        ("right", "lab", "done"),
    ]
    assert answered["absent"] == []


@pytest.mark.emulator
@pytest.mark.usefixtures("two_boards")
def test_a_state_is_waited_for_on_each_board(run: Run) -> None:
    ran = run("wait", "m4", "left/m33", "running", "--timeout", NEVER)
    assert (ran.code, ran.out) == (1, "left/m4 is running\nright/m4 is running\n")
    assert ran.err.startswith("left/m33 is offline, not running")


@pytest.mark.emulator
@pytest.mark.usefixtures("two_boards")
def test_the_worst_board_decides_the_exit_code(run: Run) -> None:
    ran = run("stop", "left/m4", "m33")
    assert ran.code == 1
    assert "left/remoteproc0 m4: m4 is offline" in ran.out
    assert "right/remoteproc2 m33: " in ran.err
