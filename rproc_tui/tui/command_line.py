"""Commands by name, as they are typed after a colon: the names of the keys' actions, and a few words behind them."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass

from rproc_tui.errors import UsageError
from rproc_tui.model.outcome import Verb
from rproc_tui.sanitise import sanitise
from rproc_tui.tui.bindings import KEYS, MOVING

_VERBS = frozenset(Verb)
_WITH_ARGUMENT = frozenset({Verb.FIRMWARE, Verb.CRASH, Verb.WATCH, Verb.RECOVERY, Verb.KICK})
_OWN = ("filter", "find", "mark", "times", "theme", "go-to")
"""Commands that take a word and are no verbs."""


@dataclass(frozen=True, slots=True)
class Command:
    """What was typed."""

    name: str
    argument: str | None = None
    verb: Verb | None = None
    """The action on a processor, where it is one."""
    processor: str | None = None
    """Name of the processor that it is for; None for the selected one."""


def names() -> tuple[str, ...]:
    """Every command."""
    return tuple(sorted({*Verb, *(key.id for key in KEYS if key.group != MOVING)} - {"command", "back"}))


def parse(text: str, processors: Collection[str] = ()) -> Command | None:
    """The command; None for nothing typed. UsageError says what is wrong with it.

    Behind an action the name of one of the `processors` may stand, and then what the action takes.
    """
    word, _, rest = text.strip().partition(" ")
    if not word:
        return None
    name = complete(word)
    verb = Verb(name) if name in _VERBS else None
    processor, rest = _processor(rest.strip(), processors) if verb is not None else (None, rest.strip())
    argument = rest or None
    if argument is not None and verb not in _WITH_ARGUMENT and name not in _OWN:
        if verb is not None and processor is None:
            raise UsageError(
                f"no processor is called `{sanitise(argument, limit=40)}`: `{name}` takes such a name only"
            )
        raise UsageError(f"`{name}` takes no word behind it")
    return Command(name, argument, verb, processor)


def _processor(rest: str, processors: Collection[str]) -> tuple[str | None, str]:
    word, _, behind = rest.partition(" ")
    return (word, behind.strip()) if word in processors else (None, rest)


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
