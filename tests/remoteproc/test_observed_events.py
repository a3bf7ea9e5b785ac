"""The device events that a real Linux 6.1 sent (the project's reference, where it is present)."""

from __future__ import annotations

import ast
import re

import pytest

from tests.remoteproc.lab import DEBUG, Lab
from tests.remoteproc.test_observed import OBSERVED, mkfw, page_section

pytestmark = pytest.mark.skipif(not OBSERVED.exists(), reason="the reference is not here")

Event = tuple[str, str, str, dict[str, str]]


def recorded() -> dict[str, list[Event]]:
    """The events of each thing that was done, by its title."""
    out: dict[str, list[Event]] = {}
    for title, block in re.findall(r"^([^\n`]*):\n```\n(.*?)```", page_section("5. uevents"), re.MULTILINE | re.DOTALL):
        found = re.findall(r"^(\w+) +(\w+) +(\S+)  (\{.*\})$", block, re.MULTILINE)
        out[title] = [(action, subsystem, path, ast.literal_eval(text)) for action, subsystem, path, text in found]
    return out


def events(lab: Lab) -> list[Event]:
    """The events since the last look, as pyudev tells them."""
    lab.machine.work()
    taken = list(lab.machine.events)
    lab.machine.events.clear()
    return [(*event[:3], _as_pyudev(event[3])) for event in taken]


def _as_pyudev(properties: dict[str, str]) -> dict[str, str]:
    return {key: f"/dev/{text}" if key == "DEVNAME" else text for key, text in properties.items()}


def test_every_act_sends_the_recorded_events() -> None:
    lab = Lab(mkfw().everything())
    lab.reset()
    events(lab)
    page = recorded()

    def state(text: str) -> None:
        lab.set("state", text)

    def crash() -> None:
        lab.write(f"{DEBUG}0/crash", b"1")

    lab.set("firmware", "good.elf")
    assert events(lab) == page["firmware write"] == []
    state("start")
    assert events(lab) == page["start"]
    state("stop")
    assert events(lab) == page["stop"]
    lab.set("firmware", "nosuch.elf")
    state("start")
    assert events(lab) == page["start, firmware missing"] == []
    lab.reset(firmware="traceonly.elf")
    state("start")
    assert events(lab) == page["start of a firmware without vdev"] == []
    lab.reset()
    state("start")
    events(lab)
    crash()
    assert events(lab) == page["crash, recovery enabled, coredump disabled"]
    lab.set("coredump", "enabled")
    crash()
    assert events(lab) == page["crash, recovery enabled, coredump enabled"]
    lab.write("/sys/class/devcoredump/devcd1/data", b"1")
    assert events(lab) == page["writing 1 to its data"]
    lab.set("recovery", "disabled")
    crash()
    assert events(lab) == page["crash, recovery disabled"] == []
    state("stop")
    assert events(lab) == page["stop of the crashed core"]


def test_taking_a_core_away_sends_the_recorded_events() -> None:
    lab = Lab(mkfw().everything())
    lab.reset()
    events(lab)
    page = recorded()
    idle, busy = lab.registry.processors[1], lab.registry.processors[0]
    lab.registry.delete(idle)
    lab.registry.free(idle)
    assert events(lab) == page["unbind of vrproc.1"]
    busy.boot()
    events(lab)
    lab.said()
    lab.registry.delete(busy)
    lab.registry.free(busy)
    assert events(lab) == page["unbind of vrproc.0 while running"]
    assert lab.said() == [
        "<6> remoteproc remoteproc0: stopped remote processor vr-m4",
        "<6> remoteproc remoteproc0: releasing vr-m4",
    ]
