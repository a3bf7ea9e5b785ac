from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from rproc_tui.model.outcome import Pending, Result, Verb
from rproc_tui.model.processor import Note, Processor, State
from rproc_tui.tui.marks import NOTE_SENTENCES, NOTES, PENDING_GLYPH, RESULTS, STATES, doing, is_faulty, mark_of
from tests.tui.scripted import key


def processor(state: State, *notes: Note) -> Processor:
    return Processor(key("m4"), "remoteproc0", "m4", state, notes=frozenset(notes))


def test_everything_that_can_be_has_a_mark() -> None:
    assert set(STATES) == set(State)
    assert set(NOTES) == set(NOTE_SENTENCES) == set(Note)
    assert set(RESULTS) == set(Result)
    assert all(doing(verb) for verb in Verb)


def test_every_glyph_takes_one_cell() -> None:
    marks = [*STATES.values(), *NOTES.values(), *RESULTS.values()]
    assert [mark for mark in marks if cell_len(mark.glyph) != 1] == []
    assert cell_len(PENDING_GLYPH) == 1


def test_states_are_told_apart_without_colour() -> None:
    assert len({mark.word for mark in STATES.values()}) == len(State)
    usual = [State.RUNNING, State.ATTACHED, State.OFFLINE, State.SUSPENDED, State.DETACHED, State.CRASHED]
    assert len({STATES[state].glyph for state in usual}) == len(usual)


@pytest.mark.parametrize(
    ("notes", "word"),
    [
        ((), "running"),
        ((Note.SILENT,), "silent"),
        ((Note.SILENT, Note.CRASH_LOOP), "crash loop"),
        ((Note.HELD,), "running"),
        ((Note.READ_ONLY,), "running"),
    ],
)
def test_the_worst_condition_stands_for_the_state(notes: tuple[Note, ...], word: str) -> None:
    assert mark_of(processor(State.RUNNING, *notes)).word == word


def test_an_action_on_its_way_stands_before_all_else() -> None:
    pending = replace(processor(State.CRASHED, Note.STUCK), pending=Pending(Verb.BOOT, 0.0))
    assert mark_of(pending).word == "booting"


@pytest.mark.parametrize(
    ("state", "notes", "faulty"),
    [
        (State.CRASHED, (), True),
        (State.OFFLINE, (Note.STUCK,), True),
        (State.RUNNING, (Note.SILENT,), True),
        (State.RUNNING, (Note.HELD,), False),
        (State.OFFLINE, (), False),
    ],
)
def test_the_faulty_are_those_that_somebody_should_look_at(state: State, notes: tuple[Note, ...], faulty: bool) -> None:
    assert is_faulty(processor(state, *notes)) is faulty
