"""The firmware that floods its trace buffer, in virtual time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.emulator.board import DEMO_FIRMWARE, load_board
from rproc_tui.emulator.machine.virtual_time import VirtualClock
from tests.emulator.kernel import Powered

LINE = re.compile(r"\[\d{4}\.\d{5}\] line (\d{10}) the quick brown fox jumps over")
SECONDS = 0.02


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def flooded(clock: VirtualClock) -> Iterator[Powered]:
    with open(os.path.join(DEMO_FIRMWARE, "flood.elf"), "rb") as file:
        flood = file.read()
    with Powered(load_board(clock=clock), {"hub.elf": flood}) as powered:
        powered.wait(lambda: powered.logged("remote processor m4 is now up"))
        yield powered


def numbers(flooded: Powered) -> list[int]:
    """The numbers of the lines in the buffer; every line is whole."""
    found = [LINE.fullmatch(line) for line in flooded.trace("m4").splitlines()]
    return [int(line[1]) for line in found if line is not None] if all(found) else []


def test_a_hundred_thousand_lines_a_second_are_written_one_after_the_other(
    flooded: Powered, clock: VirtualClock
) -> None:
    clock.advance(SECONDS)
    written = numbers(flooded)
    assert written == list(range(1, len(written) + 1))
    assert len(written) == pytest.approx(100_000 * SECONDS, rel=0.15)


@pytest.mark.parametrize(("word", "lines"), [(0x300, 0), (0x300 + 20, 400)])
def test_a_word_in_the_mailbox_tells_how_many(flooded: Powered, clock: VirtualClock, word: int, lines: int) -> None:
    flooded.write(flooded.debug("m4", "mailbox"), str(word).encode())
    clock.advance(0.002)
    before = len(numbers(flooded))
    clock.advance(SECONDS)
    assert len(numbers(flooded)) - before == pytest.approx(lines, abs=45)
