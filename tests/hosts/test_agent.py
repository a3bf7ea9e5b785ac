"""The agent answers line by line, in the words of the kernel, and nothing that is sent ends it."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from rproc_tui.hosts.agent import Agent
from rproc_tui.hosts.emulated.host import EmulatedHost

STATE = "/sys/class/remoteproc/remoteproc0/state"

Answers = list[dict[str, Any]]


async def converse(host: EmulatedHost, *requests: dict[str, Any] | str) -> Answers:
    """Send everything at once, as a script does, and collect what comes back, in the order of the ids."""
    answers: Answers = []

    async def lines() -> AsyncIterator[bytes]:
        for request in requests:
            yield (request if isinstance(request, str) else json.dumps(request)).encode()

    await Agent(host, lambda line: answers.append(json.loads(line))).serve(lines())
    return sorted(answers, key=lambda answer: answer.get("id") or 0)


async def test_a_second_start_succeeds_a_firmware_write_is_busy_and_the_state_is_running(
    plain_host: EmulatedHost,
) -> None:
    answers = await converse(
        plain_host,
        {"id": 1, "op": "write", "path": STATE, "text": "start"},
        {"id": 2, "op": "write", "path": STATE.replace("state", "firmware"), "text": "x"},
        {"id": 3, "op": "read", "path": STATE},
    )
    assert answers[0] == {"id": 1, "ok": True}
    assert answers[1]["ok"] is False
    assert (answers[1]["errno"], answers[1]["error"]) == (16, "EBUSY")
    assert answers[2] == {"id": 3, "ok": True, "text": "running\n"}


async def test_hello_tells_protocol_label_and_kernel(plain_host: EmulatedHost) -> None:
    (answer,) = await converse(plain_host, {"id": 1, "op": "hello"})
    assert (answer["protocol"], answer["label"], answer["kernel"]) == (1, "plain", "6.12.117")


async def test_files_are_listed_linked_and_described(plain_host: EmulatedHost) -> None:
    names, link, stat = await converse(
        plain_host,
        {"id": 1, "op": "list", "path": "/sys/class/remoteproc"},
        {"id": 2, "op": "link", "path": "/sys/class/remoteproc/remoteproc0"},
        {"id": 3, "op": "stat", "path": STATE},
    )
    assert names["names"] == ["remoteproc0", "remoteproc1"]
    assert "remoteproc0" in link["target"]
    assert (stat["kind"], stat["mode"]) == ("file", 0o644)


async def test_what_is_no_text_travels_as_base64_both_ways(plain_host: EmulatedHost) -> None:
    data = bytes(range(256))
    put, read, part = await converse(
        plain_host,
        {"id": 1, "op": "put", "path": "/lib/firmware/x.bin", "base64": base64.b64encode(data).decode()},
        {"id": 2, "op": "read", "path": "/lib/firmware/x.bin"},
        {"id": 3, "op": "read", "path": "/lib/firmware/x.bin", "offset": 65, "limit": 3},
    )
    assert put["ok"]
    assert base64.b64decode(read["base64"]) == data
    assert part["text"] == "ABC"


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1]",
        "{}",
        '{"id": 7, "op": "dance"}',
        '{"id": 7, "op": "read"}',
        '{"id": 7, "op": "read", "path": "relative"}',
        '{"id": 7, "op": "read", "path": "/a", "limit": -1}',
        '{"id": 7, "op": "read", "path": "/a\\u0000b"}',
        '{"id": 7, "op": "write", "path": "/a"}',
        '{"id": 7, "op": "put", "path": "/lib/firmware/x", "base64": "?"}',
        '{"id": 7, "op": ["read"]}',
        "[" * 100_000,
    ],
)
async def test_a_malformed_line_gets_an_error_and_the_next_one_an_answer(plain_host: EmulatedHost, line: str) -> None:
    answers = await converse(plain_host, line, {"id": 9, "op": "read", "path": STATE})
    refusal, answer = answers
    assert refusal["ok"] is False
    assert refusal["error"] == "EINVAL"
    assert refusal["message"]
    assert answer["text"] == "offline\n"


async def test_a_blocking_write_does_not_hold_up_a_read(plain_host: EmulatedHost) -> None:
    release = asyncio.Event()

    async def blocked(_path: str, _data: bytes) -> None:
        await release.wait()

    plain_host.write = blocked  # type: ignore[method-assign, assignment]
    answered: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def lines() -> AsyncIterator[bytes]:
        yield json.dumps({"id": 1, "op": "write", "path": STATE, "text": "start"}).encode()
        yield json.dumps({"id": 2, "op": "read", "path": STATE}).encode()
        assert (await answered.get())["id"] == 2
        release.set()
        assert (await answered.get())["id"] == 1

    async with asyncio.timeout(5):
        await Agent(plain_host, lambda line: answered.put_nowait(json.loads(line))).serve(lines())


async def test_a_subscriber_gets_the_log_from_its_beginning_and_then_what_comes(plain_host: EmulatedHost) -> None:
    pushed: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def lines() -> AsyncIterator[bytes]:
        yield json.dumps({"id": 1, "op": "subscribe", "to": "kernel_log"}).encode()
        yield json.dumps({"id": 2, "op": "write", "path": STATE, "text": "start"}).encode()
        seen: list[str] = []
        while "is now up" not in "".join(seen):
            seen.append((await pushed.get()).get("text", ""))
        assert seen.index("remoteproc remoteproc0: m4 is available") < len(seen) - 1

    async with asyncio.timeout(5):
        await Agent(plain_host, lambda line: pushed.put_nowait(json.loads(line))).serve(lines())


async def test_bye_ends_the_conversation(plain_host: EmulatedHost) -> None:
    answers = await converse(plain_host, {"id": 1, "op": "bye"}, {"id": 2, "op": "read", "path": STATE})
    assert [answer["id"] for answer in answers] == [1]
