"""Followed files are watched at the other end: what changes comes by itself, and nothing while nothing changes."""

from __future__ import annotations

import asyncio
import json

import pytest

from rproc_tui.errors import LineLost
from rproc_tui.hosts.emulated.host import EmulatedHost
from tests.hosts.test_agent_host import STATE, agent_of, answering, connected


async def test_each_content_comes_once(plain_host: EmulatedHost) -> None:
    async with connected(agent_of(plain_host)) as host:
        contents = host.follow(STATE, 0.0)
        assert await anext(contents) == b"offline\n"
        await host.write(STATE, b"start")
        assert await anext(contents) == b"running\n"
        heard = host.heard
        for _ in range(3):
            await host.ping()
        assert host.heard == heard + 3


async def test_a_file_that_is_gone_ends_it_and_one_that_may_not_be_read_is_an_error(plain_host: EmulatedHost) -> None:
    async with connected(agent_of(plain_host)) as host:
        assert [content async for content in host.follow("/sys/nothing", 0.0)] == []
        with pytest.raises(IsADirectoryError):
            await anext(host.follow("/sys/class", 0.0))


async def test_what_is_followed_no_more_is_not_watched_either(plain_host: EmulatedHost) -> None:
    async with connected(agent_of(plain_host)) as host:
        contents = host.follow(STATE, 0.0)
        await anext(contents)
        await contents.aclose()  # type: ignore[attr-defined]
        heard = host.heard
        await host.write(STATE, b"start")
        await host.ping()
        assert host.heard - heard <= 3  # the answers, and perhaps one change that was on its way


async def test_a_break_of_the_line_is_no_end_of_the_file() -> None:
    async with connected(answering({"ok": True, "follow": 1})) as host:
        host._operations = frozenset({"follow"})
        with pytest.raises(LineLost):
            await anext(host.follow(STATE, 0.1))


async def test_a_change_that_does_not_fit_ends_the_conversation() -> None:
    change = json.dumps({"event": "follow", "follow": 1, "head": 5, "tail": 0, "text": "x"})
    async with connected(answering({"ok": True, "follow": 1}, change)) as host:
        host._operations = frozenset({"follow"})
        contents = host.follow(STATE, 0.1)
        first = asyncio.ensure_future(anext(contents))
        await asyncio.sleep(0)
        with pytest.raises(LineLost, match="protocol"):
            await host.read(STATE)  # in place of its answer comes the change
        with pytest.raises(LineLost, match="protocol"):
            await first


async def test_an_old_agent_is_asked_again_and_again_and_that_is_said() -> None:
    async with connected(answering({"ok": True, "text": "a"}, {"ok": True, "text": "b"})) as host:
        assert "old" in host.lacks[0]
        contents = host.follow(STATE, 0.0)
        assert [await anext(contents), await anext(contents)] == [b"a", b"b"]
