"""Messages through the agent: opened by number, written in order, pushed when they arrive."""

from __future__ import annotations

import asyncio
import json
import pathlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from rproc_tui.hosts.agent import Agent
from rproc_tui.hosts.base import Host
from tests.demo_board import announced, demo_board

pytestmark = pytest.mark.emulator

STATE = "/sys/class/remoteproc/remoteproc0/state"


class Script:
    """A client that asks, and waits for what is said."""

    def __init__(self, host: Host) -> None:
        self.said: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._serving = asyncio.create_task(Agent(host, self._hear).serve(self._requests()))

    def _hear(self, line: str) -> None:
        self.said.append(json.loads(line))
        self._news.set()

    async def _requests(self) -> AsyncIterator[bytes]:
        while (line := await self._lines.get()) is not None:
            yield line.encode()

    async def ask(self, **request: Any) -> dict[str, Any]:
        number = len(self.said) + 1000
        self._lines.put_nowait(json.dumps({"id": number, **request}))
        return await self.hears(id=number)

    async def hears(self, **wanted: Any) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while True:
                for said in self.said:
                    if wanted.items() <= said.items():
                        return said
                self._news.clear()
                await self._news.wait()

    async def end(self) -> None:
        self._lines.put_nowait(None)
        await self._serving


@pytest.fixture
async def script(tmp_path: pathlib.Path) -> AsyncIterator[Script]:
    host = demo_board(str(tmp_path))
    await announced(host)
    script = Script(host)
    yield script
    await script.end()
    await host.close()


async def test_what_is_written_to_an_endpoint_comes_back_as_an_event(script: Script) -> None:
    opened = await script.ask(op="endpoint_open", ctrl="/dev/rpmsg_ctrl0", name="mine", dst=0x400)
    assert opened["endpoint"] == 1
    assert (await script.ask(op="endpoint_write", endpoint=1, text="ping"))["ok"]
    await script.hears(event="endpoint", endpoint=1, text="ping")
    assert (await script.ask(op="endpoint_write", endpoint=1, base64="/wD+"))["ok"]
    await script.hears(event="endpoint", endpoint=1, base64="/wD+")
    assert (await script.ask(op="endpoint_close", endpoint=1))["ok"]
    assert (await script.ask(op="list", path="/sys/class/rpmsg"))["names"] == ["rpmsg0", "rpmsg_ctrl0"]


async def test_a_stop_ends_the_messages_with_an_event(script: Script) -> None:
    await script.ask(op="endpoint_open", ctrl="/dev/rpmsg0")
    await script.ask(op="write", path=STATE, text="stop")
    await script.hears(event="endpoint", endpoint=1, errno=32)
    assert (await script.ask(op="endpoint_write", endpoint=1, text="x"))["error"] == "EPIPE"


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"op": "endpoint_open", "ctrl": "/dev/rpmsg9"}, "ENOENT"),
        ({"op": "endpoint_open", "ctrl": "rpmsg0"}, "EINVAL"),
        ({"op": "endpoint_open", "ctrl": "/dev/rpmsg0", "name": 5}, "EINVAL"),
        ({"op": "endpoint_open", "ctrl": "/dev/rpmsg0", "dst": -1}, "EINVAL"),
        ({"op": "endpoint_write", "endpoint": 7, "text": "x"}, "EBADF"),
        ({"op": "endpoint_close"}, "EBADF"),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(script: Script, request_: dict[str, Any], error: str) -> None:
    assert (await script.ask(**request_))["error"] == error


async def test_the_end_of_the_conversation_closes_what_is_open(script: Script) -> None:
    for _ in range(2):
        await script.ask(op="endpoint_open", ctrl="/dev/rpmsg_ctrl0", name="mine", dst=0x400)
    await script.end()
    assert [said for said in script.said if said.get("event") == "endpoint"] == []
