"""Which verb makes no sense in which state, why, and what to do instead: one table for the keys and for the verbs.

What the kernel answers there: EINVAL, EBUSY, or worse, a success that does nothing but raise the power count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rproc_tui.model.outcome import Verb
from rproc_tui.model.processor import State


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and what instead."""

    why: str
    """Reads behind the processor's name: `is already running`."""
    instead: str


_ALREADY = "`stop` first; a second start would only raise the power count"
_UP_IS_RUNNING = Refusal("is already running", _ALREADY)
_UP_IS_ATTACHED = Refusal("is already attached", _ALREADY)
_SUSPENDED = Refusal("is suspended by its driver", "it wakes when it is used")
_LEAVING = Refusal("is being removed", "wait for its driver to be bound again")
_ODD = Refusal("is in a state that is not known here", "look at its `state` file")
_NOT_RUNNING = Refusal("is not running", "`boot` it first")
_NOT_ATTACHED = Refusal("runs on its own and Linux is not attached", "`boot` attaches to it")
_CRASHED = Refusal("has crashed", "`recover` it first")

_OUT_OF_REACH: dict[State, Refusal] = {State.DELETED: _LEAVING, State.INVALID: _ODD, State.UNKNOWN: _ODD}

_NEEDS_IT_UP: dict[State, Refusal] = {
    **_OUT_OF_REACH,
    State.OFFLINE: _NOT_RUNNING,
    State.DETACHED: _NOT_ATTACHED,
    State.SUSPENDED: _SUSPENDED,
    State.CRASHED: _CRASHED,
}

_NOT_CRASHED = Refusal("has not crashed", "there is nothing to recover; the kernel would do nothing")
_BUSY = "`stop` it first; firmware is named while it is offline"

REFUSALS: Mapping[Verb, Mapping[State, Refusal]] = {
    Verb.BOOT: {
        **_OUT_OF_REACH,
        State.RUNNING: _UP_IS_RUNNING,
        State.ATTACHED: _UP_IS_ATTACHED,
        State.SUSPENDED: _SUSPENDED,
        State.CRASHED: Refusal("has crashed", "`recover` it; a start would do nothing and only raise the power count"),
    },
    Verb.STOP: {
        **_OUT_OF_REACH,
        State.OFFLINE: Refusal("is already offline", "`boot` starts it"),
        State.DETACHED: Refusal("runs on its own", "`boot` attaches to it, then it can be stopped"),
        State.SUSPENDED: _SUSPENDED,
    },
    Verb.RELOAD: {
        **_OUT_OF_REACH,
        State.DETACHED: Refusal("runs on its own", "`boot` attaches to it, then it can be stopped and reloaded"),
        State.SUSPENDED: _SUSPENDED,
    },
    Verb.DETACH: {
        **_NEEDS_IT_UP,
        State.RUNNING: Refusal("was booted by Linux and cannot be left alone", "`stop` stops it"),
        State.DETACHED: Refusal("is already detached", "`boot` attaches to it"),
    },
    Verb.RECOVER: {
        **_OUT_OF_REACH,
        **dict.fromkeys((State.OFFLINE, State.SUSPENDED, State.RUNNING, State.ATTACHED, State.DETACHED), _NOT_CRASHED),
    },
    Verb.FIRMWARE: {
        **_OUT_OF_REACH,
        State.RUNNING: Refusal("is running", _BUSY),
        State.ATTACHED: Refusal("is attached", _BUSY),
        State.CRASHED: Refusal("has crashed", "`recover` it, `stop` it, then name the firmware"),
        State.SUSPENDED: Refusal("is suspended by its driver", _BUSY),
        State.DETACHED: Refusal("runs on its own", "`boot` attaches to it, `stop` stops it, then name the firmware"),
    },
    Verb.RECOVERY: {},
    Verb.COREDUMP: {},
    Verb.CRASH: {**_NEEDS_IT_UP, State.CRASHED: Refusal("has crashed already", "`recover` it first")},
    Verb.WATCH: {},
    Verb.KICK: _NEEDS_IT_UP,
}
"""A state that is not named makes sense."""
