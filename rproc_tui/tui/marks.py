"""Glyph, word and colour of a state: never colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import Note, Processor, State


@dataclass(frozen=True, slots=True)
class Mark:
    """How a condition is shown."""

    glyph: str
    """One cell wide."""
    word: str
    style: str


STATES: Mapping[State, Mark] = {
    State.RUNNING: Mark("●", "running", "$state-running"),
    State.ATTACHED: Mark("◐", "attached", "$state-attached"),
    State.OFFLINE: Mark("○", "offline", "$state-offline"),
    State.SUSPENDED: Mark("◌", "suspended", "$state-suspended"),
    State.DETACHED: Mark("◇", "detached", "$state-detached"),
    State.CRASHED: Mark("✖", "crashed", "bold $state-crashed"),
    State.DELETED: Mark("⊘", "deleted", "$state-unknown"),
    State.INVALID: Mark("⊘", "invalid", "$state-unknown"),
    State.UNKNOWN: Mark("?", "unknown", "$state-unknown"),
}

NOTES: Mapping[Note, Mark] = {
    Note.STUCK: Mark("⊗", "stuck", "bold $state-crashed"),
    Note.CRASH_LOOP: Mark("↻", "crash loop", "bold $state-crashed"),
    Note.SILENT: Mark("◍", "silent", "$state-unknown"),
    Note.HELD: Mark("⚑", "held", "$state-unknown"),
    Note.READ_ONLY: Mark("▪", "read-only", "$label"),
}
"""Special conditions, worst first."""

NOTE_SENTENCES: Mapping[Note, str] = {
    Note.STUCK: "offline, but a start does nothing: a recovery failed and the power count stayed up",
    Note.CRASH_LOOP: "it crashes again and again",
    Note.SILENT: "running, but the trace has not moved for long",
    Note.HELD: "somebody else holds a power reference: one stop does not stop it",
    Note.READ_ONLY: "its driver lets nobody write",
}

RESULTS: Mapping[Result, Mark] = {
    Result.DONE: Mark("✔", "done", "$state-running"),
    Result.FAILED: Mark("✖", "failed", "bold $state-crashed"),
    Result.REFUSED: Mark("•", "not done", "$state-unknown"),
    Result.UNKNOWN: Mark("?", "unknown", "$state-unknown"),
}

PENDING_GLYPH = "◔"
PENDING_STYLE = "$state-pending"

_DOING: Mapping[Verb, str] = {
    Verb.BOOT: "booting",
    Verb.STOP: "stopping",
    Verb.RELOAD: "reloading",
    Verb.DETACH: "detaching",
    Verb.RECOVER: "recovering",
    Verb.FIRMWARE: "setting firmware",
    Verb.RECOVERY: "setting recovery",
    Verb.COREDUMP: "dumping",
    Verb.CRASH: "crashing",
    Verb.WATCH: "setting watch",
    Verb.KICK: "kicking",
}

FAULTY = frozenset({Note.STUCK, Note.CRASH_LOOP, Note.SILENT})
"""Conditions that make a processor one of the faulty."""


def doing(verb: Verb) -> str:
    """What an action on its way is called."""
    return _DOING[verb]


def mark_of(processor: Processor) -> Mark:
    """How a processor stands: its action on the way, its worst special condition, or its state."""
    if processor.pending is not None:
        return Mark(PENDING_GLYPH, doing(processor.pending.verb), PENDING_STYLE)
    for note, mark in NOTES.items():
        if note in processor.notes and note is not Note.READ_ONLY and note is not Note.HELD:
            return mark
    return STATES[processor.state]


def is_faulty(processor: Processor) -> bool:
    """Crashed, or in a condition that somebody should look at."""
    return processor.state is State.CRASHED or bool(processor.notes & FAULTY)
