"""Every screen as text, at three sizes and on three kinds of terminal; colours have tests of their own."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from rich.cells import cell_len

from rproc_tui.tui.layout import SMALLEST
from rproc_tui.tui.terminal.profile import PROFILES
from tests.screens.scene import SCREENS, scene, visit
from tests.tui.showing import Shown

GOLDEN = Path(__file__).parent / "golden"
SIZES = ((120, 40), (80, 24), (200, 60))
pytestmark = pytest.mark.usefixtures("utc")


async def test_below_the_smallest_size_every_screen_says_so_and_above_it_none(tmp_path: Path) -> None:
    async with scene(tmp_path) as shown:
        for name in SCREENS:
            await visit(shown, name)
            await shown.pilot.resize_terminal(59, 16)
            await shown.sees("needs a terminal of at least 60x16")
            await shown.pilot.resize_terminal(*SMALLEST)
            await shown.sees_no("needs a terminal")
            assert len(shown.text().splitlines()) == SMALLEST[1]
            assert max(map(cell_len, shown.text().splitlines())) <= SMALLEST[0]
            await shown.pilot.resize_terminal(*SIZES[0])


async def comes_to_look_like(shown: Shown, picture: str) -> bool:
    """Whether it does, at the latest when what is read beside the screen has come."""
    with contextlib.suppress(AssertionError):
        await shown.until(lambda: shown.text() + "\n" == picture)
        return True
    return False


@pytest.mark.parametrize("family", ["full", "serial", "plain"])
async def test_every_screen_looks_as_it_did(family: str, tmp_path: Path) -> None:
    """A picture that is missing is written, and the test fails once: look at it, then run again."""
    differing: list[str] = []
    async with scene(tmp_path, size=SIZES[0], profile=PROFILES[family]) as shown:
        for columns, rows in SIZES:
            await shown.pilot.resize_terminal(columns, rows)
            for name in SCREENS:
                await visit(shown, name)
                path = GOLDEN / family / f"{name}-{columns}x{rows}.txt"
                if not path.exists() or not await comes_to_look_like(shown, path.read_text(encoding="utf-8")):
                    differing.append(path.name)
                    seen = path if not path.exists() else tmp_path / path.name
                    seen.parent.mkdir(parents=True, exist_ok=True)
                    seen.write_text(shown.text() + "\n", encoding="utf-8")
    assert not differing, f"what was seen instead is in {tmp_path}, what is new in {GOLDEN}"
