"""Messages: the channels of a processor, how full its rings are, and what is said on one channel."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from rproc_tui.controller.controller import Controller
from rproc_tui.tui.bindings import RPMSG
from rproc_tui.tui.exchanges import Exchange, Exchanges
from rproc_tui.tui.layout import SMALLEST, Layout
from rproc_tui.tui.messages import ChannelSelected, PanelOpened
from rproc_tui.tui.panels.rpmsg import NOTHING_SAID
from rproc_tui.tui.screens.board_screen import BoardScreen
from rproc_tui.tui.view import View
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.channel_panel import ChannelPanel
from rproc_tui.tui.widgets.key_line import KeyLine
from rproc_tui.tui.widgets.notice import Notice
from rproc_tui.tui.widgets.panel import Panel
from rproc_tui.tui.widgets.processor_tree import ProcessorTree
from rproc_tui.tui.widgets.prompt import Prompt
from rproc_tui.tui.widgets.rings_panel import RingsPanel
from rproc_tui.tui.widgets.status_line import StatusLine
from rproc_tui.tui.widgets.too_small import TooSmall
from rproc_tui.tui.widgets.trace_log import TraceLog

MESSAGE = "message"
"""What a prompt for messages is for."""
_ORDER = ("channels", "messages", "processors")
"""Panels in the order of the tab key."""


class RpmsgScreen(BoardScreen):
    """Channels on top, the log of one below; a message is typed in the bottom row."""

    CSS_PATH = "rpmsg.tcss"
    AUTO_FOCUS = "#channels"
    BINDINGS: ClassVar[list[BindingType]] = [*RPMSG]

    def __init__(self, controller: Controller, wall: WallTime) -> None:
        super().__init__(controller, wall)
        self._fits = True
        self.exchanges = Exchanges(controller, self._begin, self._moved, self.say)

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield StatusLine(id="status")
        yield TooSmall(SMALLEST, id="too-small")
        yield ProcessorTree(id="processors")
        with Container(id="upper"):
            yield ChannelPanel(id="channels")
            yield RingsPanel(id="rings")
        yield Notice(id="notice")
        yield TraceLog(self.wall, heading="Messages", id="messages")
        yield Prompt(id="prompt")
        yield KeyLine(id="keys")

    def show_view(self, view: View) -> None:
        """Hand the moment to the panels; channels that came back are listened to again."""
        self.exchanges.resume(view.snapshot)
        processor = view.processor
        channels = self.query_one(ChannelPanel)
        channels.open_names = frozenset() if processor is None else self.exchanges.open_names(processor.key)
        for panel in self.query(Panel):
            panel.present(view)
        self.query_one("#keys").display = self.query_one(Prompt).purpose is None and self._fits
        self._show_log()

    @property
    def exchange(self) -> Exchange | None:
        """That of the selected channel."""
        channel, processor = self.query_one(ChannelPanel).selected, self.view.processor
        return None if channel is None or processor is None else self.exchanges.of(processor.key, channel)

    def on_channel_selected(self, message: ChannelSelected) -> None:
        """Another channel: its log."""
        message.stop()
        self._show_log()

    def on_panel_opened(self, message: PanelOpened) -> None:
        """Enter: from the strip to the channels, from a channel to a message."""
        message.stop()
        if self.focused is not None and self.focused.id == "processors":
            self.set_focus(self.query_one("#channels"))
        else:
            self.action_send()

    def action_panel(self, step: int) -> None:
        """The next panel gets the focus."""
        here = self.focused.id if self.focused is not None and self.focused.id in _ORDER else _ORDER[0]
        self.set_focus(self.query_one(f"#{_ORDER[(_ORDER.index(str(here)) + step) % len(_ORDER)]}"))

    async def action_back(self) -> None:
        """Out of what was said, then out of the screen."""
        if not self.notice.dismiss():
            await self.app.run_action("app.show('overview')")

    def action_listen(self) -> None:
        """Listen to the selected channel, or no longer."""
        exchange = self._chosen()
        if exchange is not None:
            self._begin(self.exchanges.toggle(exchange))

    def action_send(self) -> None:
        """Type messages for the selected channel until esc."""
        exchange = self._chosen()
        if exchange is not None:
            hint = "a message; enter sends it, esc ends"
            self.type_into(MESSAGE, f"{exchange.channel} →", "", hint, stays=True)

    def on_prompt_entered(self, message: Prompt.Entered) -> None:
        """Enter sends; the row stays for the next message."""
        exchange = self._chosen()
        if message.purpose == MESSAGE and exchange is not None:
            self._begin(self.exchanges.send(exchange, message.text))

    def _chosen(self) -> Exchange | None:
        self.notice.dismiss()
        exchange = self.exchange
        if exchange is None:
            self.say("there is no channel to talk on")
        return exchange

    def _show_log(self) -> None:
        exchange = self.exchange
        ring, name = (None, "") if exchange is None else (exchange.ring, exchange.channel)
        self.query_one(TraceLog).show_ring(name, ring, NOTHING_SAID if exchange is not None else "")

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self.run_worker(work, group=MESSAGE, exit_on_error=True)

    def _moved(self, exchange: Exchange) -> None:
        """Something was said on a channel, or it was opened or closed."""
        if not (self.is_attached and self.app.is_running):
            return
        if exchange is self.exchange:
            self.query_one(TraceLog).advance()
        channels = self.query_one(ChannelPanel)
        names = self.exchanges.open_names(exchange.key)
        if self.view.processor is not None and exchange.key == self.view.processor.key and names != channels.open_names:
            channels.open_names = names
            channels.renew()

    def lay_out(self, layout: Layout) -> None:
        """What is in sight."""
        self._fits = layout is not Layout.TINY
        self.set_class(layout is Layout.COMPACT, "-compact")
        self.query_one("#too-small").display = not self._fits
        for name in ("status", "processors", "upper", "messages"):
            self.query_one(f"#{name}").display = self._fits
        self.query_one("#keys").display = self._fits and self.query_one(Prompt).purpose is None
