"""What verbs ask of the screen, which none of them may import: handed in where the program begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rproc_tui.controller.configuration import Configuration


class ActionFact(Protocol):
    """One action of the screen."""

    @property
    def name(self) -> str:
        """What the configuration calls it."""
        ...

    @property
    def keys(self) -> Sequence[str]:
        """Those that it usually has, as the configuration would write them."""
        ...

    @property
    def help(self) -> str:
        """What it does."""
        ...


class ScreenFacts(Protocol):
    """What the screen knows of itself; whoever asks pays for importing it."""

    def actions(self) -> Sequence[tuple[str, Sequence[ActionFact]]]:
        """Every action, by group."""
        ...

    def themes(self) -> Sequence[str]:
        """The names of all themes that can be used."""
        ...

    def problems(self, configuration: Configuration) -> Sequence[str]:
        """What is wrong with keys, the theme and theme files, one sentence each."""
        ...
