"""What was said on each channel, and the conversations that are open: they go on while other screens are shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from rproc_tui.controller.controller import Controller
from rproc_tui.controller.conversation import Conversation
from rproc_tui.errors import ChannelGone, RprocTuiError
from rproc_tui.model.processor import ProcessorKey, Snapshot
from rproc_tui.model.rpmsg import RpmsgChannel
from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.ring import TraceRing
from rproc_tui.tui.panels.rpmsg import said_lines

LOG_CAPACITY = 1024 * 1024
"""Bytes of what was said on one channel that are kept."""

Name = tuple[ProcessorKey, str]
"""A channel of a processor by its name: a boot makes it anew, with the same log."""


class Exchange:
    """One channel of one processor."""

    def __init__(self, name: Name) -> None:
        self.key, self.channel = name
        self.ring = TraceRing(LOG_CAPACITY)
        self.wanted = False
        """Whether it is to be open whenever the channel is there."""
        self.conversation: Conversation | None = None
        self.opening = asyncio.Lock()


class Exchanges:
    """All of them. `begin` starts work in the background, `moved` hears of new lines, `say` of what cannot be."""

    def __init__(
        self,
        controller: Controller,
        begin: Callable[[Coroutine[Any, Any, None]], object],
        moved: Callable[[Exchange], None],
        say: Callable[[str], None],
    ) -> None:
        self._controller = controller
        self._begin = begin
        self._moved = moved
        self._say = say
        self._exchanges: dict[Name, Exchange] = {}

    def of(self, key: ProcessorKey, channel: RpmsgChannel) -> Exchange:
        """The one of a channel; it begins closed."""
        return self._exchanges.setdefault((key, channel.name), Exchange((key, channel.name)))

    def open_names(self, key: ProcessorKey) -> frozenset[str]:
        """The channels of a processor that are listened to."""
        return frozenset(each.channel for each in self._exchanges.values() if each.key == key and each.conversation)

    async def toggle(self, exchange: Exchange) -> None:
        """Listen, or no longer."""
        if not exchange.wanted:
            await self._open(exchange)
            return
        exchange.wanted = False
        conversation, exchange.conversation = exchange.conversation, None
        if conversation is not None:
            await conversation.close()
            self._mark(exchange, "closed")

    async def send(self, exchange: Exchange, text: str) -> None:
        """Send a text, opening the channel first where it is closed."""
        conversation = await self._open(exchange)
        if conversation is None:
            return
        data = conversation.channel.payload(text)
        self._add(exchange, *(TraceLine(line, self._now()) for line in said_lines(data, sent=True)))
        try:
            await conversation.send(data)
        except ChannelGone:
            return  # whoever listens says so
        except RprocTuiError as error:
            self._mark(exchange, f"not sent: {error}")

    def resume(self, snapshot: Snapshot) -> None:
        """Open again what is wanted and has come back."""
        for exchange in self._exchanges.values():
            processor = snapshot.find(exchange.key)
            channel = None if processor is None else processor.rpmsg.find(exchange.channel)
            ready = channel is not None and channel.node is not None
            if exchange.wanted and exchange.conversation is None and ready and not exchange.opening.locked():
                self._begin(self._reopen(exchange))

    async def _reopen(self, exchange: Exchange) -> None:
        """Where the snapshot is older than the channel's end, this fails, and a newer one brings the next try."""
        await self._open(exchange, again=True)

    async def _open(self, exchange: Exchange, *, again: bool = False) -> Conversation | None:
        async with exchange.opening:
            if exchange.conversation is not None:
                return exchange.conversation
            try:
                conversation = await self._controller.open_channel(exchange.key, exchange.channel)
            except RprocTuiError as error:
                if not again:
                    exchange.wanted = False
                    self._say(str(error))
                return None
            exchange.wanted, exchange.conversation = True, conversation
            self._mark(exchange, f"listening to {exchange.channel}")
            self._begin(self._listen(exchange, conversation))
            return conversation

    async def _listen(self, exchange: Exchange, conversation: Conversation) -> None:
        """Until it is closed, or the channel goes."""
        try:
            while exchange.conversation is conversation:
                data = await conversation.receive()
                self._add(exchange, *(TraceLine(line, self._now()) for line in said_lines(data, sent=False)))
        except RprocTuiError as error:
            if exchange.conversation is conversation:
                exchange.conversation = None
                await conversation.close()
                self._mark(exchange, error.message)
                self.resume(self._controller.snapshot)  # it may be back already

    def _mark(self, exchange: Exchange, text: str) -> None:
        self._add(exchange, TraceLine(text, self._now(), LineKind.MARK))

    def _add(self, exchange: Exchange, *lines: TraceLine) -> None:
        exchange.ring.append(lines)
        self._moved(exchange)

    def _now(self) -> float:
        return self._controller.clock.monotonic()
