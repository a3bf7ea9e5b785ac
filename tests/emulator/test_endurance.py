"""Every message between a successful send and a running remote comes back, whatever happens to the remote."""

from __future__ import annotations

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from tests.emulator.endurance import endure


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_echo_is_lost_or_doubled_by_stops_and_crashes(seed: int) -> None:
    tally = endure(1_000, seed, most_of_a_life=150)
    assert tally.echoed + tally.cut_off == tally.sent >= 1_000
    assert tally.lives > 1
    assert tally.echoed > tally.sent // 2
