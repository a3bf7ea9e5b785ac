"""The key line and the help, both made from the keys as they are bound now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from rich.cells import cell_len
from textual.content import Content

from rproc_tui.model.outcome import Verb
from rproc_tui.tui.bindings import KEYS, SCREEN, SHOW_KEYS, Key
from rproc_tui.tui.panels.columns import fit, wrapped

_DROPPED_FIRST = (
    *("recovery", "command", "pause", "coredump", "filter", "watch", "firmware", "screens"),
    *("reload", "go-to", "compare", "listen", "send"),
)
"""Where a line is too narrow for all keys, these go, in this order; the help has them all."""
_SEPARATOR = " │"
_KEY_WIDTH = 18


@dataclass(frozen=True, slots=True)
class Item:
    """One key on the key line."""

    key: Key
    name: str
    """The key as it is printed on a keyboard."""

    @property
    def width(self) -> int:
        """Cells, with the gap before it."""
        return cell_len(self.name) + len(self.key.label) + 3


def key_items(names: Mapping[str, str], width: int) -> list[Item]:
    """The keys that go on a line of so many cells; `names` tells each action's key, without those unbound."""
    shown = sorted((key for key in KEYS if key.label and key.id in names), key=lambda key: key.line)
    items = [Item(key, names[key.id]) for key in shown]
    items[-1:] = [*_screens(names), *items[-1:]]  # before the help, which comes last
    for dropped in _DROPPED_FIRST:
        if _line_width(items) <= width:
            break
        items = [item for item in items if item.key.id != dropped]
    return items


def _screens(names: Mapping[str, str]) -> list[Item]:
    """All screens as one item, where their keys are a row of digits: `1-6 screens`."""
    digits = [names.get(key.id, "") for key in SHOW_KEYS]
    if not all(each.isdigit() and len(each) == 1 for each in digits) or digits != sorted(digits):
        return []
    return [Item(Key("screens", "", "screen.help", "", SCREEN, "screens", line=2), f"{digits[0]}-{digits[-1]}")]


def relabelled(items: list[Item], labels: Mapping[Verb, str]) -> list[Item]:
    """The same where an action does something else now: on a crashed processor `boot` recovers."""
    by_id = {str(verb): label for verb, label in labels.items()}
    return [
        replace(item, key=replace(item.key, label=by_id[item.key.id])) if item.key.id in by_id else item
        for item in items
    ]


def key_line(items: list[Item], greyed: frozenset[Verb]) -> Content:
    """The line at the bottom; keys that make no sense now are grey."""
    parts: list[tuple[str, str]] = []
    line = 0
    for item in items:
        if item.key.line != line:
            parts.append((_SEPARATOR, "$frame"))
            line = item.key.line
        grey = item.key.verb in greyed
        parts += [
            (f" {item.name}", "$dim" if grey else "bold $accent"),
            (f" {item.key.label} ", "$dim" if grey else ""),
        ]
    return Content.assemble(*parts)


def item_at(items: list[Item], cell: int) -> Key | None:
    """The key under a cell of the line."""
    place = line = 0
    for item in items:
        if item.key.line != line:
            place, line = place + len(_SEPARATOR), item.key.line
        if place <= cell < place + item.width:
            return item.key
        place += item.width
    return None


def help_lines(names: Mapping[str, str], width: int) -> list[Content]:
    """Every bound key with what it does, by group, each of which stands once."""
    lines: list[Content] = []
    bound = [key for key in KEYS if key.id in names]
    for group in dict.fromkeys(key.group for key in bound):
        lines += (
            [Content(""), Content.assemble((group, "bold $accent"))]
            if lines
            else [Content.assemble((group, "bold $accent"))]
        )
        for key in (key for key in bound if key.group == group):
            first, *rest = wrapped(key.help, max(10, width - _KEY_WIDTH - 2))
            lines.append(Content.assemble("  ", (fit(names[key.id], _KEY_WIDTH), "bold"), first))
            lines += [Content(" " * (_KEY_WIDTH + 2) + line) for line in rest]
    return lines


def _line_width(items: list[Item]) -> int:
    changes = sum(1 for before, after in pairwise(items) if before.key.line != after.key.line)
    return sum(item.width for item in items) + changes * len(_SEPARATOR)
