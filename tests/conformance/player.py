"""Plays a script to an agent on a machine's host, one request at a time, and writes down what comes of it.

A request may have `until`: conditions that are awaited before its part of the log is taken as complete; `later` and a
name: it goes on while others are asked, and `{"wait": {"answer": NAME}}` takes its answer; `times`: its text so often;
`image` or `firmware`: what is put is one of the suite's images, or one made with these wishes.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from rproc_tui.hosts.agent import Agent
from tests.conformance import alike
from tests.conformance.hosts import HastyHost
from tests.conformance.images import CHANNELS, IMAGES, firmware
from tests.conformance.lines import MARK
from tests.conformance.machine import ASKED_FOR, RPMSG, Machine
from tests.conformance.patience import DEADLINE, until
from tests.conformance.placeholders import Placeholders
from tests.conformance.script import Step

ONLY_LOOKING = ("hello", "read", "list", "link", "stat")
"""Operations of which no kernel says a word, unless the script waits for it."""
FIRST_ASKED_FOR = "online"
OWN_EVENTS = (ASKED_FOR, FIRST_ASKED_FOR)
"""Actions of events that the player asks for; remoteproc sends none of these."""
OF_THE_PLAYER = ("until", "later", "times", "image", "firmware")
Message = dict[str, Any]


class Player:
    """One conversation."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._places = Placeholders(machine)
        self._requests: asyncio.Queue[bytes] = asyncio.Queue()
        self._answers: dict[int | None, asyncio.Future[Message]] = {}
        self._later: dict[str, asyncio.Future[Message]] = {}
        self._pushed: list[Message] = []
        self._taken = 0
        self._stirred = asyncio.Event()
        self._hears_events = False
        self._numbers = iter(range(1, 1_000_000))

    async def play(self, script: list[Step]) -> list[str]:
        """The transcript, a line for each request, answer, kernel line, event and message."""
        serving = asyncio.create_task(Agent(self._machine.host, self._hear).serve(self._lines()))
        try:
            await self._ask({"op": "subscribe", "to": "kernel_log"})
            await self._hear_all()
            self._taken = len(self._pushed)
            out: list[str] = []
            for step in script:
                try:
                    out += await self._perform(step)
                except AssertionError as error:
                    error.add_note("\n".join([*out[-20:], f"→ {json.dumps(step)}"]))
                    raise
            await self._ask({"op": "bye"})
            await asyncio.wait_for(serving, DEADLINE)
        finally:
            serving.cancel()
        return out

    async def _perform(self, step: Step) -> list[str]:
        out = [f"→ {json.dumps(step, ensure_ascii=False)}"]
        conditions: Mapping[str, Any] = step.get("wait") or step.get("until") or {}
        if "wait" not in step:
            asked = self._ask(await self._places.filled({**step, "until": {}}))
            if "later" in step:
                self._later[step["later"]] = asked
            else:
                out.append(f"← {alike.answer(await asyncio.wait_for(asked, DEADLINE))}")
        for kind, wanted in conditions.items():
            out += await self._meet(kind, wanted)
        if step.get("op") not in ONLY_LOOKING:
            self._places.doubt(processors="bind" in str(step.get("path")))
        if step.get("to") == "uevents":
            await self._begin_to_hear_events()
        if conditions or (step.get("op") not in ONLY_LOOKING and "later" not in step):
            await self._hear_all()
            out += self._take(announced="channel" in conditions or "event" in conditions)
        return out

    # The conversation

    def _ask(self, step: Step) -> asyncio.Future[Message]:
        request = {key: value for key, value in step.items() if key not in OF_THE_PLAYER}
        number = None if "raw" in step else next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        line = step["raw"] if "raw" in step else json.dumps({"id": number, **request, **_content(step)})
        self._requests.put_nowait(line.encode())
        return self._answers[number]

    async def _lines(self) -> AsyncIterator[bytes]:
        while True:
            yield await self._requests.get()

    def _hear(self, line: str) -> None:
        message = json.loads(line)
        if "event" in message:
            self._pushed.append(message)
            self._stirred.set()
        else:
            self._answers.pop(message["id"]).set_result(message)

    async def _hear_all(self) -> None:
        """Until a mark of ours has come back in the log, and with it everything before; so in the events."""
        mark = f"{MARK} {next(self._machine.log.numbers)}."
        assert await self._machine.r5.answer("state", mark) == "EINVAL"
        await self._pushed_with(mark)
        if self._hears_events:
            place = len(self._pushed)
            await self._machine.r5.write("uevent", ASKED_FOR)
            await self._comes(place, lambda message: message.get("action") == ASKED_FOR, "the event asked for")

    async def _begin_to_hear_events(self) -> None:
        """An agent answers before it listens: ask for events until one has come."""

        async def one_came() -> bool:
            await self._machine.r5.write("uevent", FIRST_ASKED_FOR)
            return any(message.get("action") == FIRST_ASKED_FOR for message in self._pushed)

        await until(one_came, "the first event")
        self._hears_events = True

    def _take(self, *, announced: bool) -> list[str]:
        """What was pushed since the last time; what firmware announces only where the script waited for it."""
        pushed, self._taken = self._pushed[self._taken :], len(self._pushed)
        lines = [alike.kernel_line(message) for message in pushed if message["event"] == "kernel_log"]
        events = [
            alike.event(message)
            for message in pushed
            if message["event"] == "uevents" and message["action"] not in OWN_EVENTS
        ]
        messages = [message for message in pushed if message["event"] == "endpoint"]
        messages.sort(key=lambda message: int(message["endpoint"]))  # those of different endpoints have no order
        told = [line for line in lines if line is not None and MARK not in line]
        streams = [alike.in_order(stream, announced=announced) for stream in (told, events)]
        return [f"    {line}" for stream in (*streams, map(alike.answer, messages)) for line in stream]

    # Conditions

    async def _meet(self, kind: str, wanted: Any) -> list[str]:
        """Wait for one; an answer that was waited for belongs to the transcript."""
        match kind:
            case "log" | "event" | "message":
                for text in _each(wanted):
                    await self._pushed_with(text)
            case "answer":
                if isinstance(self._machine.host, HastyHost):
                    self._machine.host.hurry()
                answers = [await asyncio.wait_for(self._later.pop(name), DEADLINE) for name in _each(wanted)]
                return [f"← {alike.answer(answer)}" for answer in answers]
            case "channel":
                await until(lambda: self._stands(f"{RPMSG}/{wanted}", there=True), f"{wanted} is there")
            case "there" | "gone":
                await until(lambda: self._stands(wanted, there=kind == "there"), f"{wanted} is {kind}")
            case "holds":
                await until(lambda: self._holds(*wanted), f"{wanted[0]} holds {wanted[1]!r}")
            case _:
                await getattr(self._machine, kind).becomes(wanted)
        return []

    async def _pushed_with(self, text: str) -> None:
        """Wait for a line, event or message that holds a text."""

        def holds(message: Message) -> bool:
            is_line = message["event"] == "kernel_log"
            return text in (message["text"] if is_line else json.dumps(message, ensure_ascii=False))

        await self._comes(self._taken, holds, text)

    async def _comes(self, place: int, wanted: Callable[[Message], bool], what: str) -> None:
        looked = place
        try:
            async with asyncio.timeout(DEADLINE):
                while not any(wanted(message) for message in self._pushed[looked:]):
                    looked = len(self._pushed)
                    self._stirred.clear()
                    await self._stirred.wait()
        except TimeoutError:
            raise AssertionError(f"{what} did not come; what came: {self._pushed[place:]}") from None

    async def _stands(self, path: str, *, there: bool) -> bool:
        try:
            self._places.doubt(processors=False)
            await self._machine.host.stat(await self._places.filled(path))
        except FileNotFoundError:
            return not there
        except AssertionError:  # no name yet
            return not there
        return there

    async def _holds(self, path: str, text: str) -> bool:
        path, text = await self._places.filled([path, text])
        return text.encode() in await self._machine.host.read(path)


def _each(wanted: str | list[str]) -> list[str]:
    """One condition, or several of a kind."""
    return [wanted] if isinstance(wanted, str) else wanted


def _content(step: Step) -> Mapping[str, str]:
    """What a request writes, where it is not written there as it is."""
    if "image" in step:
        return {"base64": base64.b64encode(IMAGES[step["image"]]()).decode()}
    if "firmware" in step:
        wishes: dict[str, Any] = {**step["firmware"], "names": tuple(step["firmware"].get("names", CHANNELS))}
        return {"base64": base64.b64encode(firmware(**wishes)).decode()}
    return {"text": step["text"] * step["times"]} if "times" in step else {}
