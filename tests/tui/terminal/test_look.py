"""From one look to another, by the fewest parameters that a terminal needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.tui.terminal.look import PLAIN, Look, look_after, transition

COLOURS = ("", "31", "97", "38;5;8", "38;2;1;2;3")
GROUNDS = ("", "44", "100", "48;5;8", "48;2;1;2;3")
LOOKS = st.builds(
    lambda attributes, colour, ground: look_after(PLAIN, ";".join([*map(str, sorted(attributes)), colour, ground])),
    st.frozensets(st.sampled_from([1, 2, 3, 4, 7, 9])),
    st.sampled_from([colour for colour in COLOURS if colour]),
    st.sampled_from([ground for ground in GROUNDS if ground]),
)
ANY = st.one_of(
    LOOKS, st.sampled_from([PLAIN, look_after(PLAIN, "1"), look_after(PLAIN, "31"), look_after(PLAIN, "44")])
)


@given(before=ANY, after=ANY)
def test_a_transition_leads_from_the_one_look_to_the_other(before: Look, after: Look) -> None:
    sequence = transition(before, after)
    reached = look_after(before, sequence[2:-1]) if sequence else before
    assert reached is after


@given(after=ANY)
def test_from_an_unknown_look_it_leads_there_as_well(after: Look) -> None:
    parameters = transition(None, after).removeprefix("\x1b[").removesuffix("m")
    assert look_after(look_after(PLAIN, "4;9;35;45"), parameters) is after


@pytest.mark.parametrize(
    ("before", "after", "sequence"),
    [
        ("", "31", "\x1b[31m"),
        ("31", "", "\x1b[m"),
        ("1;31", "31", "\x1b[0;31m"),
        ("31", "1;31", "\x1b[1m"),
        ("38;5;8;44", "38;5;8", "\x1b[49m"),
        ("31;48;5;8", "48;5;8", "\x1b[39m"),
        ("31", "31", ""),
    ],
)
def test_it_says_no_more_than_it_must(before: str, after: str, sequence: str) -> None:
    assert transition(look_after(PLAIN, before), look_after(PLAIN, after)) == sequence


@pytest.mark.parametrize(
    ("before", "parameters", "after"),
    [
        ("1;2;31", "22", "31"),
        ("3;4;7;9", "23;24;27;29", ""),
        ("1;31", "0", ""),
        ("1;31", "", ""),
        ("31;44", "39;49", ""),
        ("31", "58;5;9", "31"),
        ("", "38;2;300;2;3;1", "1;38;2;300;2;3"),
    ],
)
def test_parameters_are_taken_as_ecma_48_has_them(before: str, parameters: str, after: str) -> None:
    assert look_after(look_after(PLAIN, before), parameters) is look_after(PLAIN, after)
