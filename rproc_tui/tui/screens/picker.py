"""Choosing one of several: a small window with a list that narrows as one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.content import Content

from rproc_tui.tui.screens.page_over import PageOver
from rproc_tui.tui.widgets.text_view import TextView

NARROW = 80
"""Columns of a row beyond which the window is a wide one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of the list."""

    value: str
    label: Content
    words: str
    """What the filter looks through."""
    detail: str = ""
    """What is said about it below the list while it is selected."""
    narrower: tuple[Content, ...] = ()
    """The same row with fewer columns, the widest first; as many for each row of a list."""

    def at(self, level: int) -> Content:
        """The row with as many columns left out; with the fewest where it has no narrower one."""
        return (self.label, *self.narrower)[min(level, len(self.narrower))]


class ChoiceList(TextView):
    """The rows that match what was typed."""

    def __init__(self, choices: Sequence[Choice], chosen: int, typed: Callable[[str], Choice | None] | None) -> None:
        super().__init__(id="choices")
        self._choices = choices
        self._typed = typed
        self.matching = list(choices)
        self.cursor = chosen if choices else None

    @property
    def current(self) -> Choice | None:
        """The selected row."""
        return self.matching[self.cursor] if self.cursor is not None and self.matching else None

    def text_lines(self, width: int) -> Sequence[Content]:
        """One line a choice."""
        if not self.matching:
            return [Content.assemble(("  nothing matches", "$label"))]
        level = self._level(width - 1)
        return [
            Content.assemble(" ", choice.at(level)).truncate(width, ellipsis=True, pad=True) for choice in self.matching
        ]

    def _level(self, width: int) -> int:
        """How many columns are left out, so that all rows have the same and none is cut."""
        last = max((len(choice.narrower) for choice in self._choices), default=0)
        fitting = (level for level in range(last) if all(one.at(level).cell_length <= width for one in self._choices))
        return next(fitting, last)

    def narrow(self, typed: str) -> None:
        """Keep the choices in which every word occurs."""
        words = typed.lower().split()
        self.matching = [choice for choice in self._choices if all(word in choice.words.lower() for word in words)]
        made = self._typed(typed) if self._typed is not None else None
        if made is not None:
            self.matching = [made]
        self.cursor = 0 if self.matching else None
        self.top = 0
        self.renew()
        self.refresh()

    def move(self, step: int) -> None:
        """Select another row."""
        if self.cursor is not None:
            self.move_cursor(max(0, min(self.cursor + step, len(self.matching) - 1)))


class Picker(PageOver[str | None]):
    """A list to choose from; None where nothing was chosen."""

    CSS_PATH = "picker.tcss"

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        chosen: int = 0,
        hint: str = "type to narrow · enter chooses · esc leaves",
        preview: Callable[[str], None] | None = None,
        typed: Callable[[str], Choice | None] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._preview = preview
        self._typed = ""
        self._list = ChoiceList(choices, chosen, typed)

    def compose(self) -> ComposeResult:
        """The list in a frame."""
        yield self._list

    def on_mount(self) -> None:
        """Frame it and take the keys."""
        self.set_class(any(choice.label.cell_length > NARROW for choice in self._list.matching), "-wide")
        self._list.styles.height = min(len(self._list.matching) + 2, max(6, self.size.height - 6))
        self.set_class(self._preview is not None, "-preview")
        self._entitle()
        self._list.focus()
        self._list.move(0)
        self._describe()

    def on_key(self, event: events.Key) -> None:
        """Every key is for the list."""
        event.stop()
        event.prevent_default()
        steps = {
            "up": -1,
            "down": 1,
            "ctrl+p": -1,
            "ctrl+n": 1,
            "pageup": -10,
            "pagedown": 10,
            "home": -999,
            "end": 999,
        }
        if event.key in ("escape", "ctrl+c"):
            self.dismiss(None)
        elif event.key == "enter":
            current = self._list.current
            if current is not None:
                self.dismiss(current.value)
        elif event.key in steps:
            self._list.move(steps[event.key])
            self._show()
        elif event.key == "backspace":
            self._type(self._typed[:-1])
        elif event.is_printable and event.character:
            self._type(self._typed + event.character)

    def on_click(self, event: events.Click) -> None:
        """A click on a row chooses it; one beside the window leaves."""
        if not self._list.region.contains_point(event.screen_offset):
            self.dismiss(None)
            return
        position = event.get_content_offset(self._list)
        row = -1 if position is None else self._list.top + position.y
        if 0 <= row < len(self._list.matching):
            self.dismiss(self._list.matching[row].value)

    def _type(self, typed: str) -> None:
        self._typed = typed
        self._list.narrow(typed)
        self._entitle()
        self._show()

    def _show(self) -> None:
        current = self._list.current
        if self._preview is not None and current is not None:
            self._preview(current.value)
        self._describe()

    def _describe(self) -> None:
        """Below the list: what there is to say of the selected row, else what the keys do."""
        current = self._list.current
        detail = "" if current is None else current.detail
        self._list.border_subtitle = Content.assemble((detail or self._hint, "$label"))

    def _entitle(self) -> None:
        typed = (f" {self._typed}▏", "bold $accent") if self._typed else ("", "")
        self._list.retitle(Content.assemble(self._title, typed))
