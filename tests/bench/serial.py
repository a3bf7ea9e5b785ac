"""What a serial console carries: 115200 baud, eight bits with a start and a stop bit."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.console import Budgets, console
from tests.bench.line import Line
from tests.bench.measure import Measure

_LINE = Line(11_520)
_BUDGETS = Budgets(start=20_000, trace_line=350, key=200, latency=0.150)


def run() -> Iterator[Measure]:
    """The serial profile at two sizes."""
    for size in ((120, 40), (80, 24)):
        yield from console("serial", _LINE, size, _BUDGETS)
