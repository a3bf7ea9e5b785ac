from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.linux.availability import confirmation, why_not
from rproc_tui.linux.refusals import REFUSALS
from rproc_tui.model.outcome import Pending, Verb
from rproc_tui.model.processor import Note, Processor, ProcessorKey, State
from rproc_tui.model.watch import Watch

M4 = Processor(
    ProcessorKey("board", "/sys/devices/platform/10000000.m4"),
    "remoteproc0",
    "m4",
    State.OFFLINE,
    firmware="hub.elf",
    firmware_local_path="/lib/firmware/hub.elf",
    recovery="enabled",
    coredump="enabled",
    driver="stm32-rproc",
    mailbox=True,
)


def in_state(state: State, **changes: object) -> Processor:
    return replace(M4, state=state, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "sensible"),
    [
        (State.OFFLINE, {Verb.BOOT, Verb.RELOAD, Verb.FIRMWARE}),
        (State.RUNNING, {Verb.STOP, Verb.RELOAD, Verb.CRASH, Verb.KICK}),
        (State.ATTACHED, {Verb.STOP, Verb.RELOAD, Verb.DETACH, Verb.CRASH, Verb.KICK}),
        (State.DETACHED, {Verb.BOOT}),
        (State.CRASHED, {Verb.STOP, Verb.RECOVER, Verb.RELOAD}),
        (State.SUSPENDED, set()),
        (State.DELETED, set()),
        (State.UNKNOWN, set()),
    ],
)
def test_each_state_has_its_verbs(state: State, sensible: set[Verb]) -> None:
    always = {Verb.RECOVERY, Verb.WATCH, Verb.COREDUMP}
    assert {verb for verb in Verb if why_not(in_state(state), verb) is None} == sensible | always


def test_every_verb_has_its_row() -> None:
    assert set(REFUSALS) == set(Verb)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", Verb)
def test_a_reason_is_one_sentence_about_the_processor_with_what_to_do_instead(state: State, verb: Verb) -> None:
    reason = why_not(in_state(state), verb)
    if reason is not None:
        assert reason.startswith("m4 ")
        assert ": " in reason
        assert "\n" not in reason


def test_a_running_processor_is_not_booted_again() -> None:
    assert why_not(in_state(State.RUNNING), Verb.BOOT) == (
        "m4 is already running: `stop` first; a second start would only raise the power count"
    )


def test_the_programs_promise_to_write_nothing_holds_for_every_verb_that_writes() -> None:
    running = in_state(State.RUNNING)
    refused = {verb for verb in Verb if "--read-only" in (why_not(running, verb, read_only=True) or "")}
    assert refused == set(Verb) - {Verb.WATCH}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pending": Pending(Verb.STOP, 1.0)}, "is busy with stop"),
        ({"notes": frozenset({Note.READ_ONLY}), "writable": False}, "its driver leaves it to the kernel"),
        ({"writable": False}, "run as root"),
    ],
)
def test_a_processor_that_cannot_be_commanded_says_why(changes: dict[str, object], words: str) -> None:
    assert words in (why_not(in_state(State.OFFLINE, **changes), Verb.BOOT) or "")


def test_a_stuck_processor_is_not_booted_but_told_how_to_be_freed() -> None:
    reason = why_not(in_state(State.OFFLINE, notes=frozenset({Note.STUCK})), Verb.BOOT)
    assert reason is not None
    assert "10000000.m4 to /sys/bus/platform/drivers/stm32-rproc/unbind" in reason


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dump": "devcd3"}, None),
        ({"dump": "devcd3", "writable": False}, None),
        ({"coredump": "disabled"}, None),
        ({"coredump": None, "memory": True}, None),
        ({"coredump": None}, "this kernel makes none"),
    ],
)
def test_a_dump_can_be_asked_for_where_one_waits_or_can_be_had(changes: dict[str, object], words: str | None) -> None:
    reason = why_not(in_state(State.RUNNING, **changes), Verb.COREDUMP)
    assert reason is None if words is None else words in (reason or "")


def test_a_watch_needs_no_file_of_the_processors_here_since_any_file_may_be_sent_there() -> None:
    away = in_state(State.RUNNING, firmware_local_path=None)
    assert why_not(away, Verb.WATCH) is None
    assert why_not(replace(away, watch=Watch("/x")), Verb.WATCH) is None


def test_what_a_processor_lacks_is_named() -> None:
    bare = in_state(State.RUNNING, mailbox=False, recovery=None)
    assert "mailbox" in (why_not(bare, Verb.KICK) or "")
    assert "recovery" in (why_not(bare, Verb.RECOVERY) or "")


@pytest.mark.parametrize(
    ("processor", "verb", "words"),
    [
        (in_state(State.RUNNING), Verb.STOP, None),
        (in_state(State.RUNNING), Verb.RELOAD, None),
        (in_state(State.OFFLINE), Verb.BOOT, None),
        (in_state(State.RUNNING, notes=frozenset({Note.HELD})), Verb.STOP, "Somebody else holds it"),
        (in_state(State.RUNNING, notes=frozenset({Note.HELD})), Verb.RELOAD, "Somebody else holds it"),
        (in_state(State.ATTACHED), Verb.STOP, "before Linux came"),
        (in_state(State.ATTACHED), Verb.RELOAD, "before Linux came"),
        (in_state(State.CRASHED), Verb.STOP, "drops the memory"),
        (in_state(State.ATTACHED), Verb.DETACH, "It runs on"),
        (in_state(State.RUNNING), Verb.CRASH, "The kernel restarts it"),
        (in_state(State.RUNNING, recovery="disabled"), Verb.CRASH, "stays crashed"),
    ],
)
def test_what_cannot_be_undone_asks_first(processor: Processor, verb: Verb, words: str | None) -> None:
    question = confirmation(processor, verb)
    if words is None:
        assert question is None
    else:
        assert question is not None
        assert words in question
        assert all(part in question for part in ("m4", "remoteproc0", "board", "hub.elf"))


def test_firmware_that_is_not_known_is_called_so() -> None:
    question = confirmation(in_state(State.ATTACHED, firmware="unknown"), Verb.DETACH)
    assert question is not None
    assert "unknown firmware" in question
