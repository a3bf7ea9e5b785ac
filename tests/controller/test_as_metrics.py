"""The text that Prometheus reads, read by its own parser."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from rproc_tui.controller.as_metrics import metrics_text
from rproc_tui.model.connection import Connection, Link
from rproc_tui.model.processor import HostState, Note, Processor, ProcessorKey, Snapshot, State
from rproc_tui.model.rpmsg import RingFill, Rpmsg

RING = RingFill("virtio0", "output", size=16, free=13, waiting=2, returned=1, messages=7)
M4 = Processor(
    ProcessorKey("board", "/sys/devices/platform/10000000.m4"),
    "remoteproc0",
    "m4",
    State.RUNNING,
    firmware="hub.elf",
    crashes=2,
    boots=3,
    power=1,
    notes=frozenset({Note.HELD}),
    rpmsg=Rpmsg(rings=(RING,)),
)
IDENTITY = {"host": "board", "device": "10000000.m4", "name": "m4"}


def samples(*processors: Processor, error: str | None = None) -> dict[str, list[tuple[dict[str, str], float]]]:
    """What the parser makes of it, by the names of the samples."""
    snapshot = Snapshot((HostState("board", "ssh", error=error, processors=processors),))
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(metrics_text(snapshot, lambda _: 42)):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def test_a_processor_has_each_of_its_figures() -> None:
    found = samples(M4)
    assert found["remoteproc_up"] == [(IDENTITY, 1)]
    assert found["remoteproc_crashes_total"] == [(IDENTITY, 2)]
    assert found["remoteproc_boots_total"] == [(IDENTITY, 3)]
    assert found["remoteproc_power_references"] == [(IDENTITY, 1)]
    assert found["remoteproc_trace_lines_total"] == [(IDENTITY, 42)]
    assert found["remoteproc_info"][0][0]["firmware"] == "hub.elf"


def test_one_state_is_1_and_every_other_0() -> None:
    states = {labels["state"]: value for labels, value in samples(M4)["remoteproc_state"]}
    assert set(states) == set(State)
    assert [state for state, value in states.items() if value] == ["running"]


def test_a_condition_that_holds_is_1() -> None:
    held = [labels["condition"] for labels, value in samples(M4)["remoteproc_condition"] if value]
    assert held == ["held"]


def test_the_buffers_of_a_vring_are_counted_by_where_they_are() -> None:
    ring = {**IDENTITY, "bus": "virtio0", "vring": "output"}
    found = samples(M4)
    assert [(labels["where"], value) for labels, value in found["remoteproc_vring_buffers"]] == [
        ("free", 13),
        ("waiting", 2),
        ("returned", 1),
    ]
    assert found["remoteproc_vring_messages_total"] == [(ring, 7)]


def test_what_is_not_known_has_no_sample() -> None:
    found = samples(replace(M4, crashes=None, boots=None, power=None, rpmsg=Rpmsg()))
    assert not {name for name in found if "crashes" in name or "boots" in name or "power" in name or "vring" in name}


def test_a_machine_that_cannot_be_seen_is_down_and_has_nothing_else() -> None:
    assert samples(error="connection refused") == {
        "remoteproc_host_up": [({"host": "board", "kind": "ssh", "kernel": ""}, 0)]
    }


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_no_name_breaks_out_of_its_label(name: str) -> None:
    (labels, _), *others = samples(replace(M4, name=name))["remoteproc_up"]
    assert (labels["name"], others) == (name, [])


def test_what_was_known_of_a_board_that_is_lost_has_no_sample() -> None:
    lost = HostState("board", "ssh", error="lost", processors=(M4,), connection=Connection(Link.LOST, 0.0, "silent"))
    assert [line for line in metrics_text(Snapshot((lost,)), lambda _: 42).splitlines() if line[0] != "#"] == [
        'remoteproc_host_up{host="board",kind="ssh",kernel=""} 0'
    ]
