"""Boards of which one answers and one does not: what the verbs say, and how they end."""

from __future__ import annotations

import argparse
import json

import pytest

from rproc_tui.clock import ManualClock
from rproc_tui.commands import list_processors, session, show
from rproc_tui.errors import HostError, NoSuchProcessor
from rproc_tui.hosts.base import Host
from rproc_tui.hosts.far import Verdict
from rproc_tui.hosts.ssh import SshHost
from rproc_tui.model.connection import Link
from tests.commands.schemas import validate
from tests.hosts.ssh.lines import Exchange
from tests.linux.board import processor
from tests.linux.memory_host import MemoryHost


@pytest.fixture
def boards(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Labels of the boards that are asked; `here` answers, whoever else does not."""
    labels = ["here", "away"]

    def opened(_options: argparse.Namespace) -> list[Host]:
        return [SshHost(label, exchange(label), ManualClock()) for label in labels]

    monkeypatch.setattr(session, "open_hosts", opened)
    return labels


def exchange(label: str) -> Exchange:
    found = Exchange(MemoryHost(processor(0, "soc/10000000.m4", state="running")))
    if label != "here":
        found.refusals = [Verdict(Link.REFUSED, "no key of yours is known there")]
    return found


def options(verb: str, **others: object) -> argparse.Namespace:
    unset = {"read_only": False, "json": False, "names": False, "rollback": False, "wait": None}
    return argparse.Namespace(verb=verb, **{**unset, **others})


@pytest.mark.usefixtures("boards")
def test_a_list_says_of_each_board_whether_it_is_reached(capsys: pytest.CaptureFixture[str]) -> None:
    assert list_processors.run(options("list")) == 1
    said = capsys.readouterr()
    assert "here:\n" in said.out
    assert "m4" in said.out
    assert "away: not reached\n" in said.out
    assert said.err == "away is refused: no key of yours is known there\n"


@pytest.mark.usefixtures("boards")
def test_for_programs_the_reason_is_its_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert list_processors.run(options("list", json=True)) == 1
    listed = json.loads(capsys.readouterr().out)
    validate(listed)
    here, away = listed["hosts"]
    assert (here["error"], [found["state"] for found in here["processors"]]) == (None, ["running"])
    assert (away["error"], away["processors"]) == ("away is refused: no key of yours is known there", [])


def test_a_list_of_boards_that_all_answer_is_well(boards: list[str]) -> None:
    boards.remove("away")
    assert list_processors.run(options("list")) == 0


def test_a_processor_of_a_board_that_is_not_reached_is_not_said_to_be_missing(boards: list[str]) -> None:
    boards.remove("here")
    with pytest.raises(HostError, match="away is refused: no key"):
        show.run(options("show", id="m4"))


@pytest.mark.usefixtures("boards")
def test_where_one_board_answers_what_it_lacks_is_missing() -> None:
    with pytest.raises(NoSuchProcessor, match="gpu"):
        show.run(options("show", id="gpu"))
