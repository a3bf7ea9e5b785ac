"""Random sessions with the whole screen: what the wire lets through shows what everything would have shown."""

from __future__ import annotations

import random

import pytest

from rproc_tui.tui.terminal.profile import FULL, SERIAL, SSH, Profile
from rproc_tui.tui.terminal.wire import Wire
from tests.tui.scripted import ScriptedController
from tests.tui.showing import Shown, showing
from tests.tui.terminal.recording import RecordingDriver, record
from tests.tui.terminal.screens import SecondTerminal, differences

KEYS = (
    *("down", "up", "tab", "shift+tab", "enter", "escape", "space", "z", "g", "G", "pageup", "exclamation_mark"),
    *("1", "2", "4", "5", "6", "question_mark", "t", "f", "slash", "colon", "a", "b", "backspace", "escape", "m", "E"),
)
SIZES = ((120, 40), (80, 24), (59, 15), (100, 30))
LINES = ("plain line {}", "漢字 {} of two cells", "● dot │ bar {}", "<err> it fails {} times", "[{}] é ü ß")


class Session:
    """Somebody who does this and that, and two terminals that look on."""

    def __init__(self, shown: Shown, controller: ScriptedController, dice: random.Random) -> None:
        self.shown = shown
        self.controller = controller
        self.dice = dice
        self.driver: RecordingDriver = record.driver
        self.pair = (SecondTerminal(*self.driver.size), SecondTerminal(*self.driver.size))
        self.wire = Wire(*self.driver.size)
        self.lines = 0
        self.last = ""

    async def step(self) -> None:
        (act,) = self.dice.choices((self.press, self.write, self.resize, self.change), (10, 6, 2, 2))
        self.last = act.__name__
        await act()
        await self.shown.rest()

    async def press(self) -> None:
        await self.shown.press(self.dice.choice(KEYS))

    async def write(self) -> None:
        for _ in range(self.dice.randrange(1, 12)):
            self.lines += 1
            self.controller.write("m4", self.dice.choice(LINES).format(self.lines))

    async def resize(self) -> None:
        size = self.dice.choice(SIZES)
        self.look()
        for terminal in self.pair:
            terminal.resize(*size)
        self.wire.resize(*size)
        await self.shown.pilot.resize_terminal(*size)
        await self.shown.until(self.is_painted)  # until then each shows rests of its own of the old size

    async def change(self) -> None:
        self.controller.change("m4", crashes=self.dice.randrange(100))

    def look(self) -> None:
        """Feed both with what came since the last look."""
        whole, least = self.pair
        data = self.driver.taken()
        whole.feed(data)
        self.wire.write(data)
        while taken := self.wire.take(self.dice.choice((None, 100))):
            least.feed(taken)

    def is_painted(self) -> bool:
        """Whether all that the screen holds was written."""
        self.look()
        return self.pair[0].text().strip() == self.shown.text().strip()


@pytest.fixture(autouse=True)
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen has a terminal that keeps what is written to it."""
    monkeypatch.setattr("textual.drivers.headless_driver.HeadlessDriver", RecordingDriver)


@pytest.mark.parametrize(
    ("profile", "theme", "size", "seed"),
    [(FULL, "midnight", (120, 40), 1), (SSH, "paper", (80, 24), 2), (SERIAL, "serial", (80, 24), 3)],
    ids=["full", "ssh", "serial"],
)
async def test_a_session_shows_the_same_cell_by_cell(
    profile: Profile, theme: str, size: tuple[int, int], seed: int
) -> None:
    controller = ScriptedController()
    async with showing(controller, size=size, theme=theme, profile=profile) as shown:
        session = Session(shown, controller, random.Random(seed))  # noqa: S311 (replayed, not secret)
        await shown.until(session.is_painted)
        for number in range(24):
            await session.step()
            session.look()
            assert differences(*session.pair) == [], f"after step {number}, {session.last}"
        await shown.until(session.is_painted)
        assert session.pair[1].text() == session.pair[0].text()
