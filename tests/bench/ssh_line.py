"""What a thin line to a far machine carries: 1 Mbit/s, and 80 ms there and back."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.console import Budgets, console
from tests.bench.line import Line
from tests.bench.measure import Measure

_LINE = Line(125_000, delay=0.040, window=65_536)
_BUDGETS = Budgets(start=20_000, trace_line=700, key=2000, latency=0.060)


def run() -> Iterator[Measure]:
    """The ssh profile at two sizes; latencies are those beyond the round trip, which nothing shortens."""
    for size in ((120, 40), (80, 24)):
        yield from console("ssh", _LINE, size, _BUDGETS)
