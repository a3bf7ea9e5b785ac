"""Which processors a word of the command line means, on one host and on several."""

from __future__ import annotations

import pytest

from rproc_tui.commands.session import Absent, find, find_on_each
from rproc_tui.errors import NoSuchProcessor
from rproc_tui.model.processor import HostState, Processor, ProcessorKey, Snapshot, State


def host(label: str, *names: str, error: str | None = None) -> HostState:
    processors = [
        Processor(ProcessorKey(label, f"/sys/devices/{name}.{number}"), f"remoteproc{number}", name, State.OFFLINE)
        for number, name in enumerate(names)
    ]
    return HostState(label, "ssh", error=error, processors=tuple(processors))


TWO = Snapshot((host("root@left", "m4", "dsp"), host("root@right", "m4")))


@pytest.mark.parametrize("wanted", ["root@right/m4", "root@right/0", "root@right/remoteproc0", "root@right/m4.0"])
def test_a_host_in_front_says_whose_processor_is_meant(wanted: str) -> None:
    assert find(TWO, wanted).key.host == "root@right"


def test_a_name_that_one_host_alone_knows_needs_no_host_in_front() -> None:
    assert find(TWO, "dsp").key.host == "root@left"


def test_a_name_of_two_hosts_is_not_guessed_at_where_one_processor_is_meant() -> None:
    with pytest.raises(NoSuchProcessor, match="say which: root@left/remoteproc0, root@right/remoteproc0"):
        find(TWO, "m4")


def test_on_each_host_the_same_name_means_the_one_there() -> None:
    found, absent = find_on_each(TWO, "m4")
    assert [processor.key.host for processor in found] == ["root@left", "root@right"]
    assert absent == []


def test_a_host_without_it_is_told_of_beside_those_that_have_it() -> None:
    _, absent = find_on_each(TWO, "dsp")
    assert absent == [Absent("root@right", "dsp", "there is no processor dsp on root@right")]


def test_a_host_that_cannot_be_seen_says_why_it_has_none() -> None:
    _, (absent,) = find_on_each(Snapshot((host("left", "m4"), host("right", error="connection refused"))), "m4")
    assert absent == Absent("right", "m4", "connection refused")


def test_twice_the_same_name_on_one_host_is_not_guessed_at() -> None:
    with pytest.raises(NoSuchProcessor, match="say which: remoteproc0, remoteproc1"):
        find_on_each(Snapshot((host("left", "m4", "m4"),)), "m4")


def test_what_no_host_has_names_what_there_is_with_its_host() -> None:
    with pytest.raises(NoSuchProcessor, match=r"root@left/remoteproc1 \(dsp\)"):
        find_on_each(TWO, "gpu")
