"""What verbs ask of the screen: its actions with their keys, its themes, what is wrong with a configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rproc_tui.controller.configuration import Configuration
from rproc_tui.sanitise import sanitise
from rproc_tui.tui import themes
from rproc_tui.tui.bindings import KEYS
from rproc_tui.tui.key_names import typed_key
from rproc_tui.tui.keymap import read_keymap


@dataclass(frozen=True, slots=True)
class ActionFact:
    """One action of the screen."""

    name: str
    keys: tuple[str, ...]
    help: str


class ScreenFacts:
    """The answers."""

    def actions(self) -> Sequence[tuple[str, Sequence[ActionFact]]]:
        """Every action, by group."""
        return [
            (
                group,
                [ActionFact(key.id, tuple(typed_key(each) for each in key.keys.split(",")), key.help) for key in keys],
            )
            for group, keys in groupby(KEYS, key=lambda key: key.group)
        ]

    def themes(self) -> Sequence[str]:
        """The names of all that can be used, ours and the user's."""
        found, _ = themes.load_themes(themes.folders())
        return sorted(found)

    def problems(self, configuration: Configuration) -> Sequence[str]:
        """What is wrong with keys, the theme and theme files, one sentence each."""
        found, errors = themes.load_themes(themes.folders())
        problems = [*read_keymap(configuration.keys).problems, *map(str, errors)]
        if configuration.theme is not None and configuration.theme not in themes.all_names(found):
            problems.append(f"`screen.theme`: {themes.unknown(configuration.theme, found)}")
        return [sanitise(problem) for problem in problems]
