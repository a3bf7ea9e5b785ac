"""What the terminal shows is what Textual wrote, by the judgement of another terminal model."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.tui.terminal.wire import Wire
from tests.tui.terminal.screens import SecondTerminal

COLUMNS, ROWS = 24, 8
START = "\x1b[?1049h\x1b[?25l\x1b[?7l"

LOOKS = st.sampled_from(["", "1", "31", "38;5;8", "1;32;44", "7", "4;38;2;1;2;3;48;2;4;5;6", "39;49", "2;91"])
TEXTS = st.text(st.sampled_from([*"ab  ─│●字"]), min_size=1, max_size=COLUMNS)


@st.composite
def pieces(draw: st.DrawFn) -> str:
    """Some text somewhere, the way Textual writes it: it never begins in the middle of a wide character."""
    row, column = draw(st.integers(0, ROWS - 1)), draw(st.sampled_from([0, 0, 2, 4, 20]))
    text = _fitting(draw(TEXTS), COLUMNS - column)
    return f"\x1b[{row + 1};{column + 1}H\x1b[{draw(LOOKS)}m{text}\x1b[0m"


@st.composite
def scrolls(draw: st.DrawFn) -> str:
    """A region in which lines move."""
    first = draw(st.integers(0, 30))
    top, bottom = draw(st.integers(0, 3)), draw(st.integers(4, ROWS - 1))
    return "".join(
        f"\x1b[{row + 1};1H\x1b[0m{f'line {first + row - top} of many':<{COLUMNS}}" for row in range(top, bottom + 1)
    )


def _fitting(text: str, width: int) -> str:
    """As much as fits, filled up to an even number of cells so that no wide character is cut in two."""
    cells = ""
    used = 0
    for character in text:
        step = 2 if character == "字" else 1
        if step == 2 and used % 2:
            cells, used = cells + " ", used + 1
        if used + step > width:
            break
        cells, used = cells + character, used + step
    return cells + " " * (used % 2)


class Pair:
    """The same program on two terminals: one gets everything, the other what the wire leaves."""

    def __init__(self, *, bare: bool = False) -> None:
        self.wire = Wire(COLUMNS, ROWS, bare=bare)
        self.whole, self.least = SecondTerminal(COLUMNS, ROWS), SecondTerminal(COLUMNS, ROWS)
        self.sent = 0
        self.write(START)

    def write(self, data: str) -> None:
        self.whole.feed(data)
        self.wire.write(data)

    def settle(self, limit: int | None = None) -> None:
        while taken := self.wire.take(limit):
            self.sent += len(taken.encode())
            self.least.feed(taken)

    def assert_alike(self) -> None:
        assert self.least.cells() == self.whole.cells()
        assert self.least.cursor == self.whole.cursor


@settings(max_examples=80, deadline=None)
@given(frames=st.lists(st.lists(st.one_of(pieces(), scrolls()), min_size=1, max_size=5), max_size=8))
def test_both_terminals_show_the_same_after_every_frame(frames: list[list[str]]) -> None:
    pair = Pair()
    for frame in frames:
        pair.write("".join(frame) + "\x1b[1;1H")
        pair.settle()
        pair.assert_alike()


@settings(max_examples=50, deadline=None)
@given(
    frames=st.lists(st.lists(st.one_of(pieces(), scrolls()), min_size=1, max_size=5), max_size=8),
    takes=st.lists(st.integers(0, 3), min_size=8, max_size=8),
)
def test_a_late_taker_sees_the_newest_frame(frames: list[list[str]], takes: list[int]) -> None:
    pair = Pair()
    for frame, count in zip(frames, takes, strict=False):
        pair.write("".join(frame) + "\x1b[3;1H")
        for _ in range(count):
            pair.least.feed(pair.wire.take(10))
    pair.settle(10)
    pair.assert_alike()


@settings(max_examples=50, deadline=None)
@given(
    before=st.lists(st.one_of(pieces(), scrolls()), max_size=6),
    junk=st.text(st.sampled_from("xy \x1b[m\n"), max_size=30),
    after=st.lists(st.one_of(pieces(), scrolls()), max_size=6),
)
def test_redrawing_mends_what_others_wrote_over(before: list[str], junk: str, after: list[str]) -> None:
    pair = Pair()
    pair.write("".join(before) + "\x1b[1;1H")
    pair.settle()
    pair.least.feed(junk + "\x1b[m")
    pair.wire.redraw()
    pair.write("".join(after) + "\x1b[1;1H")
    pair.settle()
    pair.assert_alike()
