"""Commands by name, as they are typed after a colon: the names of the keys' actions, and a few words behind them."""

from __future__ import annotations

import os
from dataclasses import dataclass

from rproc_tui.errors import UsageError
from rproc_tui.model.outcome import Verb
from rproc_tui.sanitise import sanitise
from rproc_tui.tui.bindings import KEYS, MOVING

_VERBS = frozenset(Verb)
_WITH_ARGUMENT = frozenset({Verb.FIRMWARE, Verb.CRASH, Verb.WATCH, Verb.RECOVERY})
_OWN = ("filter", "theme")
"""Commands that take a word and are no verbs."""


@dataclass(frozen=True, slots=True)
class Command:
    """What was typed."""

    name: str
    argument: str | None = None
    verb: Verb | None = None
    """The action on the selected processor, where it is one."""


def names() -> tuple[str, ...]:
    """Every command."""
    return tuple(sorted({*Verb, *(key.id for key in KEYS if key.group != MOVING)} - {"command", "back"}))


def parse(text: str) -> Command | None:
    """The command; None for nothing typed. UsageError says what is wrong with it."""
    word, _, rest = text.strip().partition(" ")
    if not word:
        return None
    name = complete(word)
    argument = rest.strip() or None
    verb = Verb(name) if name in _VERBS else None
    if argument is not None and verb not in _WITH_ARGUMENT and name not in _OWN:
        raise UsageError(f"`{name}` takes no word behind it")
    return Command(name, argument, verb)


def completed(text: str) -> str:
    """What tab makes of a beginning: the command, or as much as those that begin so have in common."""
    meant = [name for name in names() if name.startswith(text)]
    return os.path.commonprefix(meant) if meant else text  # noqa: RUF071 (characters are what is typed)


def complete(word: str) -> str:
    """The command that a beginning means; UsageError when there is none or there are several."""
    known = names()
    if word in known:
        return word
    meant = [name for name in known if name.startswith(word)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UsageError(f"`{sanitise(word)}` could be {', '.join(meant)}")
    raise UsageError(f"no command `{sanitise(word, limit=40)}`: `?` lists the keys, tab completes")
