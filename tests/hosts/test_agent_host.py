"""A host behind an agent answers as the host itself; what the other end says is believed only where it is right."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from rproc_tui.hosts.agent import Agent
from rproc_tui.hosts.agent_conversation import LINE_MOST
from rproc_tui.hosts.agent_host import AgentHost
from rproc_tui.hosts.emulated.host import EmulatedHost

STATE = "/sys/class/remoteproc/remoteproc0/state"
Far = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


@contextlib.asynccontextmanager
async def connected(far: Far) -> AsyncIterator[AgentHost]:
    """A host whose other end is served by `far`."""
    here, there = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=there, limit=LINE_MOST)
    serving = asyncio.create_task(far(reader, writer))
    host = None
    try:
        host = await AgentHost.connect("there", *await asyncio.open_connection(sock=here, limit=LINE_MOST))
        yield host
    finally:
        if host is not None:
            await host.close()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


def agent_of(host: EmulatedHost) -> Far:
    """The other end as it is."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def lines() -> AsyncIterator[bytes]:
            while line := await reader.readline():
                yield line

        await Agent(host, lambda line: writer.write(line.encode() + b"\n")).serve(lines())

    return serve


def answering(*answers: object) -> Far:
    """An other end that greets rightly, then answers each request with the next of these, then hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in ({"ok": True, "protocol": 1}, *answers):
            request = json.loads(await reader.readline())
            whole = {"id": request["id"], **answer} if isinstance(answer, dict) else answer
            writer.write((whole if isinstance(whole, str) else json.dumps(whole)).encode() + b"\n")
        writer.close()

    return serve


async def test_files_are_read_written_listed_and_described(plain_host: EmulatedHost) -> None:
    async with connected(agent_of(plain_host)) as host:
        assert await host.read(STATE) == b"offline\n"
        await host.write(STATE, b"start")
        assert await host.read(STATE, offset=2, limit=3) == b"nni"
        assert await host.list("/sys/class/remoteproc") == ["remoteproc0", "remoteproc1"]
        assert (await host.stat(STATE)).mode == 0o644
        assert "remoteproc0" in await host.link("/sys/class/remoteproc/remoteproc0")


async def test_a_file_is_installed_and_removed(plain_host: EmulatedHost) -> None:
    data = bytes(range(256))
    async with connected(agent_of(plain_host)) as host:
        await host.put("/lib/firmware/x.bin", data)
        assert await host.read("/lib/firmware/x.bin") == data
        await host.remove("/lib/firmware/x.bin")
        with pytest.raises(FileNotFoundError):
            await host.read("/lib/firmware/x.bin")


async def test_the_errno_is_the_other_kernels(plain_host: EmulatedHost) -> None:
    async with connected(agent_of(plain_host)) as host:
        with pytest.raises(OSError, match="Invalid argument") as caught:
            await host.write(STATE, b"nonsense")
        assert caught.value.errno == errno.EINVAL


async def test_everybody_who_asks_for_the_log_gets_all_of_it(plain_host: EmulatedHost) -> None:
    async with connected(agent_of(plain_host)) as host:
        first = [await anext(lines) for lines in (host.kernel_log(), host.kernel_log())]
        assert first[0] == first[1]


async def test_events_come_from_the_moment_on_at_which_they_were_asked_for(plain_host: EmulatedHost) -> None:
    async with connected(agent_of(plain_host)) as host:
        coming = asyncio.ensure_future(anext(host.uevents()))
        await host.list("/sys/class/remoteproc")  # answered behind the subscription
        await host.write("/sys/class/remoteproc/remoteproc0/uevent", b"change")
        assert (await asyncio.wait_for(coming, 5)).action == "change"


async def test_an_errno_goes_by_its_name_since_numbers_differ_between_machines() -> None:
    async with connected(answering({"ok": False, "errno": 145, "error": "ETIMEDOUT", "message": "too late"})) as host:
        with pytest.raises(OSError, match="too late") as caught:
            await host.read(STATE)
        assert caught.value.errno == errno.ETIMEDOUT


@pytest.mark.parametrize(
    "answer",
    [{"ok": True}, {"ok": True, "text": 7}, {"ok": True, "base64": "?"}, {"ok": False}, {"ok": "yes", "text": "x"}],
)
async def test_an_answer_of_another_shape_is_an_error_and_the_next_one_counts(answer: object) -> None:
    async with connected(answering(answer, {"ok": True, "text": "fine"})) as host:
        with pytest.raises(OSError, match=r"Protocol|Input"):
            await host.read(STATE)
        assert await host.read(STATE) == b"fine"


async def test_names_that_lead_elsewhere_are_no_names() -> None:
    async with connected(answering({"ok": True, "names": ["a", "../b", "", 3, "c\0"]})) as host:
        assert await host.list("/sys") == ["a"]


@pytest.mark.parametrize("line", ["[]", "x", "7", '{"event": "kernel_log", "text": 3}', "[" * 100_000])
async def test_a_line_that_is_no_message_ends_the_conversation_with_its_reason(line: str) -> None:
    async with connected(answering(line)) as host:
        for _ in range(2):
            with pytest.raises(ConnectionResetError, match=r"protocol|usable"):
                await host.read(STATE)


async def test_what_is_on_its_way_when_the_other_end_hangs_up_is_an_error() -> None:
    async with connected(answering()) as host:
        with pytest.raises(ConnectionResetError, match="hung up"):
            await host.write(STATE, b"start")
        with pytest.raises(ConnectionResetError):
            await anext(host.kernel_log())


async def test_an_agent_of_another_protocol_is_named() -> None:
    async def older(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = json.loads(await reader.readline())
        writer.write(json.dumps({"id": request["id"], "ok": True, "protocol": 0, "version": "0.1"}).encode() + b"\n")

    with pytest.raises(OSError, match=r"version 0\.1"):
        async with connected(older):
            pass


async def test_text_of_the_other_end_cannot_move_the_cursor() -> None:
    line = {"event": "kernel_log", "sequence": 1, "seconds": 1.5, "level": 6, "text": "a\x1b[2Jb"}

    async def far(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            request = json.loads(await reader.readline())
            writer.write(json.dumps({"id": request["id"], "ok": True, "protocol": 1}).encode() + b"\n")
        writer.write(json.dumps(line).encode() + b"\n")
        await reader.readline()

    async with connected(far) as host:
        assert "\x1b" not in (await anext(host.kernel_log())).text
