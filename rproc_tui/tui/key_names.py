"""Which keys an action has now: as they were bound, or as the configuration remapped them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from textual.content import Content
from textual.screen import Screen

from rproc_tui.tui.bindings import KEYS

_QUOTED = re.compile(r"`(\S{1,6})`")
_SHORT = {
    "exclamation_mark": "!",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "escape": "esc",
    "enter": "enter",
}
_ARROWS = {"up": "↑", "down": "↓", "left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn"}


def key_name(key: str) -> str:
    """A key of Textual's as it is printed on a keyboard: `ctrl+p` is `^p`."""
    if key.startswith("ctrl+"):
        return f"^{key[5:]}"
    return _SHORT.get(key) or _ARROWS.get(key) or key


def typed_key(key: str) -> str:
    """A key of Textual's as the configuration would write it: `?` for `question_mark`."""
    name = _SHORT.get(key, key)
    return name if len(name) == 1 else key


def renamed_keys(keymap: Mapping[str, str]) -> dict[str, str]:
    """Keys as sentences name them, by what they were before the configuration gave their actions others."""
    found: dict[str, str] = {}
    for key in KEYS:
        before, now = key.keys.split(","), keymap.get(key.id, "").split(",")
        if now[0] and before[0] not in now:
            found[key_name(before[0])] = key_name(now[0])
    return found


def with_renamed_keys(sentence: Content, renamed: Mapping[str, str]) -> Content:
    """A sentence that says "`b` boots it", with the key that boots it now."""
    for found in reversed(list(_QUOTED.finditer(sentence.plain))):
        if found[1] in renamed:
            sentence = Content.assemble(sentence[: found.start(1)], renamed[found[1]], sentence[found.end(1) :])
    return sentence


def bound_keys(screen: Screen[Any]) -> dict[str, list[str]]:
    """The names of the keys of each action that is bound on a screen or in what has its focus."""
    found: dict[str, list[str]] = {}
    for key, active in screen.active_bindings.items():
        if active.binding.id is not None:
            found.setdefault(active.binding.id, []).append(key_name(key))
    return found


def first_keys(screen: Screen[Any]) -> dict[str, str]:
    """The first key of each action, for the key line."""
    return {action: keys[0] for action, keys in bound_keys(screen).items()}


def all_keys(screen: Screen[Any]) -> dict[str, str]:
    """All keys of each action, for the help."""
    return {action: " ".join(keys) for action, keys in bound_keys(screen).items()}
