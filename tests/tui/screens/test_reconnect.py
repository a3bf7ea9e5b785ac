"""A board that is lost or refused is reached by a key, without waiting for the next attempt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.model.connection import Connection, Link
from tests.tui.scripted import ScriptedController, host
from tests.tui.showing import showing

LOST = Connection(Link.LOST, 988.0, "silent for 15 s", retry_at=1060.0)
REFUSED = Connection(Link.REFUSED, 988.0, "no key of yours is known there")


@pytest.mark.parametrize("connection", [LOST, REFUSED])
async def test_it_is_tried_at_once_and_said_until_it_is_known(connection: Connection) -> None:
    board = host(connection=connection, last_seen=988.0, error="demo is lost")
    controller = ScriptedController(board)
    async with showing(controller) as shown:
        await shown.sees("C tries now")
        await shown.press("C")
        controller.publish(replace(board, connection=replace(connection, link=Link.CONNECTING, retry_at=None)))
        await shown.sees("connecting to demo …")
        assert controller.reconnected == ["demo"]
        controller.publish(replace(board, connection=connection))
        await shown.until(lambda: "connecting to demo …" not in shown.text())


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        (None, "reconnect: select a board that is reached over ssh first"),
        (Connection(Link.CONNECTED, 900.0, generation=1), "demo is connected already"),
    ],
)
async def test_where_there_is_nothing_to_try_that_is_said(connection: Connection | None, said: str) -> None:
    controller = ScriptedController(host(connection=connection))
    async with showing(controller) as shown:
        await shown.press("colon")
        await shown.type("reconnect")
        await shown.press("enter")
        await shown.sees(said)
        assert controller.reconnected == []
