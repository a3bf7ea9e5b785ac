from __future__ import annotations

import pytest

from rproc_tui.model.outcome import Verb
from rproc_tui.tui.bindings import KEYS, PROCESSOR_KEYS, PROGRAM_KEYS, SHOW_KEYS, TRACE_KEYS
from rproc_tui.tui.panels.keys import help_lines, item_at, key_items, key_line, relabelled

NAMES = {key.id: key.keys.partition(",")[0].replace("slash", "/").replace("question_mark", "?") for key in KEYS}


def test_every_action_has_one_name_and_no_key_two_meanings() -> None:
    ids = [key.id for key in KEYS]
    assert len(set(ids)) == len(ids)
    bound = [name for key in KEYS for name in key.keys.split(",") if not key.id.startswith(("trace-", "notice-"))]
    assert len(set(bound)) == len(bound)


@pytest.mark.parametrize("width", [120, 100, 80, 60])
def test_the_key_line_fits_and_always_tells_of_help(width: int) -> None:
    line = key_line(key_items(NAMES, width), frozenset()).plain
    assert len(line.rstrip()) <= width
    assert "b boot" in line
    assert "? help" in line


def test_greyed_keys_stay_but_are_dim() -> None:
    line = key_line(key_items(NAMES, 120), frozenset({Verb.BOOT}))
    styles = {line.plain[span.start : span.end].strip(): span.style for span in line.spans}
    assert (styles["b"], styles["boot"], styles["s"]) == ("$dim", "$dim", "bold $accent")


def test_a_click_finds_its_key() -> None:
    items = key_items({key.id: NAMES[key.id] for key in (*PROCESSOR_KEYS, *TRACE_KEYS, *SHOW_KEYS, *PROGRAM_KEYS)}, 120)
    text = key_line(items, frozenset()).plain
    for wanted in ("boot", "reload", "firmware", "filter", "screens", "help"):
        key = item_at(items, text.index(wanted))
        assert key is not None
        assert key.label == wanted
    assert item_at(items, 119) is None


def test_the_screens_are_one_item_while_their_keys_are_a_row_of_digits() -> None:
    assert " 1-6 screens " in key_line(key_items(NAMES, 200), frozenset()).plain
    assert "screens" not in key_line(key_items(NAMES | {"events": "v"}, 200), frozenset()).plain


def test_an_action_that_does_something_else_now_is_named_so() -> None:
    items = relabelled(key_items(NAMES, 120), {Verb.BOOT: "recover"})
    text = key_line(items, frozenset()).plain
    assert "b recover" in text
    assert "boot" not in text
    found = item_at(items, text.index("stop"))
    assert found is not None
    assert found.id == "stop"


def test_an_unbound_key_is_neither_on_the_line_nor_in_the_help() -> None:
    names = {name: key for name, key in NAMES.items() if name != "boot"}
    assert "boot" not in key_line(key_items(names, 120), frozenset()).plain
    assert not any("boot it" in line.plain for line in help_lines(names, 80))


def test_the_help_lists_every_key_with_what_it_does() -> None:
    text = "\n".join(line.plain for line in help_lines(NAMES, 80))
    for key in KEYS:
        assert key.help[:30] in text
    assert max(len(line.plain) for line in help_lines(NAMES, 50)) <= 50


def test_each_group_of_the_help_has_one_heading() -> None:
    headings = [line.plain for line in help_lines(NAMES, 80) if line.plain and not line.plain.startswith(" ")]
    assert len(set(headings)) == len(headings)
    assert set(headings) == {key.group for key in KEYS}
