"""The keys that the configuration gives to actions: checked, and as Textual wants them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import combinations

from textual.keys import KEY_NAME_REPLACEMENTS, KEY_TO_UNICODE_NAME, Keys

from rproc_tui.sanitise import sanitise
from rproc_tui.tui.bindings import CONTEXTS, KEYS, Key

_MODIFIERS = ("ctrl+", "shift+", "alt+", "super+", "hyper+", "meta+")
_NAMED = {str(key.value) for key in Keys}
_LONG = {short: long for long, short in KEY_NAME_REPLACEMENTS.items()}


@dataclass(frozen=True, slots=True)
class Keymap:
    """What the configuration says of keys, as far as it can be used."""

    keys: Mapping[str, str]
    """By the name of the action: Textual's names of its keys, with commas between."""
    problems: tuple[str, ...] = ()
    """What cannot be used, one sentence each."""


def read_keymap(configured: Mapping[str, Sequence[str]]) -> Keymap:
    """The keys that were chosen, and what is wrong with them."""
    known = {key.id: key for key in KEYS}
    keys: dict[str, str] = {}
    problems: list[str] = []
    for name, chosen in configured.items():
        if name not in known:
            problems.append(_unknown(name, known))
            continue
        found = {each: textual_key(each) for each in chosen}
        problems += [f"`keys.{name}`: no key is called `{sanitise(each)}`" for each, key in found.items() if not key]
        usable = [key for key in found.values() if key]
        if usable:
            keys[name] = ",".join(usable)
        elif not chosen:
            problems.append(f"`keys.{name}` names no key: an action has at least one")
    return Keymap(keys, (*problems, *_clashes(keys)))


def textual_key(written: str) -> str | None:
    """`?` is `question_mark`, and `ctrl+b` is itself; None for what no keyboard has."""
    modifiers, base = "", written.strip()
    while base.startswith(_MODIFIERS):
        modifier, _, base = base.partition("+")
        modifiers += f"{modifier}+"
    if len(base) == 1 and base.isprintable():
        return modifiers + _character_name(base)
    if base in _NAMED or _is_character_name(base):
        return modifiers + base
    return None


def _character_name(character: str) -> str:
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def _is_character_name(name: str) -> bool:
    """`question_mark`, `slash`."""
    long = _LONG.get(name, name)
    try:
        unicodedata.lookup(KEY_TO_UNICODE_NAME.get(long, long.replace("_", " ")))
    except KeyError:
        return False
    return True


def _unknown(name: str, known: Mapping[str, Key]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else "`rproc-tui config show` lists them"
    return f"`keys.{sanitise(name)}`: no action is called so; {hint}"


def _clashes(chosen: Mapping[str, str]) -> Iterator[str]:
    """Two actions of one screen on one key, where they were not before: only one of them can be had."""
    told: Counter[tuple[str, str, str]] = Counter()
    for context in CONTEXTS:
        for one, other in combinations(context, 2):
            both = {one.id, other.id}
            shared = _keys(one, chosen) & _keys(other, chosen)
            if len(both) == 2 and both & set(chosen):
                for key in sorted(shared - (set(one.keys.split(",")) & set(other.keys.split(",")))):
                    told[one.id, other.id, key] += 1
    for one_id, other_id, key in told:
        yield f"`keys`: `{key}` is both `{one_id}` and `{other_id}`; only one of them can be had"


def _keys(key: Key, chosen: Mapping[str, str]) -> set[str]:
    return set(chosen.get(key.id, key.keys).split(","))
