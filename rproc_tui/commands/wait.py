"""`wait ID… STATE`: until processors have come to a state, or the time is up; other verbs take it as `--wait STATE`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rproc_tui.commands.session import controller_for, find_all, print_json, tell_absent
from rproc_tui.controller.changes import Change, EventHappened
from rproc_tui.controller.controller import Controller
from rproc_tui.errors import NoSuchProcessor
from rproc_tui.model.event import EventKind
from rproc_tui.model.processor import Processor, ProcessorKey, State

STATES = (State.OFFLINE, State.SUSPENDED, State.RUNNING, State.CRASHED, State.ATTACHED, State.DETACHED)
"""What can be waited for. A crash counts even if the kernel has recovered from it before anybody could look."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How the wait for one processor ended."""

    processor: Processor
    """As it was seen last."""
    reached: bool
    seconds: float
    """How long that took."""

    def sentence(self, wanted: str) -> str:
        """What was seen of it, in words."""
        name, state = self.processor.name, self.processor.state
        if not self.reached:
            return f"{name} is {state}, not {wanted}, after {self.seconds:.1f} s"
        return f"{name} is {state}" if state == wanted else f"{name} came to be {wanted}, and is {state}"


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("ids", metavar="ID", nargs="+", help="remoteproc0, 0, or the processor's name")
    parser.add_argument("wanted", metavar="STATE", choices=STATES, help=", ".join(STATES))
    _add_timeout(parser)
    parser.add_argument("--json", action="store_true", help="one object for programs")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--wait` and `--timeout` to another verb."""
    text = f"then wait for that state ({', '.join(STATES)}): exit 0 where it is so already, 1 when it does not come"
    parser.add_argument("--wait", metavar="STATE", choices=STATES, help=text)
    _add_timeout(parser)


def _add_timeout(parser: argparse.ArgumentParser) -> None:
    text = "wait so long at most; without it for ever"
    parser.add_argument("--timeout", metavar="SECONDS", type=_seconds, help=text)


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no time to wait")
    return number


def run(options: argparse.Namespace) -> int:
    """Wait; 0 when all of them came to that state."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with controller_for(options) as controller:
        several = len(controller.snapshot.hosts) > 1
        processors, absent = find_all(controller.snapshot, options.ids)
        with contextlib.closing(Wait(controller, [processor.key for processor in processors])) as wait:
            arrivals = await wait.reach(State(options.wanted), options.timeout)
    if options.json:
        print_json(
            {
                "schema": "rproc-tui/wait",
                "version": 1,
                "wanted": options.wanted,
                "processors": [_object(arrival) for arrival in arrivals],
                "absent": [asdict(one) for one in absent],
            }
        )
    else:
        _tell(arrivals, options.wanted, with_host=several)
        tell_absent(absent)
    codes = [0 if arrival.reached else 1 for arrival in arrivals]
    return max(codes + [NoSuchProcessor.exit_code for _ in absent])


def _tell(arrivals: Sequence[Arrival], wanted: str, *, with_host: bool) -> None:
    for arrival in arrivals:
        host = f"{arrival.processor.key.host}/" if with_host else ""
        print(f"{host}{arrival.sentence(wanted)}", file=sys.stdout if arrival.reached else sys.stderr)


def _object(arrival: Arrival) -> dict[str, object]:
    processor = arrival.processor
    return {
        "id": processor.id,
        "name": processor.name,
        "host": processor.key.host,
        "state": processor.state,
        "reached": arrival.reached,
        "seconds": round(arrival.seconds, 6),
    }


class Wait:
    """Looks at some processors from now on, until it is closed: crashes that pass are remembered."""

    def __init__(self, controller: Controller, keys: Sequence[ProcessorKey]) -> None:
        self._controller = controller
        self._since = 0.0
        self._last = {key: found for key in keys if (found := controller.snapshot.find(key)) is not None}
        self._crashed: set[ProcessorKey | None] = set()
        self._changed = asyncio.Event()
        self._unsubscribe = controller.subscribe(self._hear)

    def close(self) -> None:
        """Look no more."""
        self._unsubscribe()

    async def reach(self, wanted: State, timeout: float | None) -> list[Arrival]:  # noqa: ASYNC109 (it is an answer)
        """Until all of them have come to that state, or so many seconds have passed."""
        self._since = self._controller.clock.monotonic()
        arrived: dict[ProcessorKey, Arrival] = {}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while len(arrived) < len(self._last):
                    self._changed.clear()
                    arrived |= {key: self._arrival(key, reached=True) for key in self._there(wanted, arrived)}
                    if len(arrived) < len(self._last):
                        await self._changed.wait()
        return [arrived.get(key) or self._arrival(key, reached=False) for key in self._last]

    def _there(self, wanted: State, arrived: dict[ProcessorKey, Arrival]) -> list[ProcessorKey]:
        for key in self._last:
            self._last[key] = self._controller.snapshot.find(key) or self._last[key]
        return [
            key
            for key, processor in self._last.items()
            if key not in arrived and (processor.state is wanted or (wanted is State.CRASHED and key in self._crashed))
        ]

    def _arrival(self, key: ProcessorKey, *, reached: bool) -> Arrival:
        return Arrival(self._last[key], reached, self._controller.clock.monotonic() - self._since)

    def _hear(self, change: Change) -> None:
        if isinstance(change, EventHappened) and change.event.kind is EventKind.CRASHED:
            self._crashed.add(change.event.processor)
        self._changed.set()
