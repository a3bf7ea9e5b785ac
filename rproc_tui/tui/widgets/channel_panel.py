"""The list of channels; the selected one is what is sent on and listened to."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content

from rproc_tui.model.rpmsg import RpmsgChannel
from rproc_tui.tui.messages import ChannelSelected
from rproc_tui.tui.panels.rpmsg import channel_lines
from rproc_tui.tui.view import View
from rproc_tui.tui.widgets.panel import Panel


class ChannelPanel(Panel):
    """One row a channel."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self.selected: RpmsgChannel | None = None
        self._last: RpmsgChannel | None = None
        """What was selected last: it is again when it comes back."""
        self.open_names: frozenset[str] = frozenset()
        """Channels of the selected processor that are listened to."""

    def make_title(self, view: View) -> Content | str | None:
        """Whose channels they are."""
        return f"Channels · {view.processor.name}" if view.processor is not None else "Channels"

    def make_lines(self, view: View, width: int) -> Sequence[Content]:
        """The channels, or why there are none."""
        self._keep_selection()
        channels = self._channels()
        self.move_cursor(channels.index(self.selected) if self.selected in channels else None)
        return channel_lines(view, width, self.open_names)

    def action_row(self, step: int) -> None:
        """The next or the previous channel."""
        channels = self._channels()
        if self.selected in channels:
            self._select(channels[max(0, min(channels.index(self.selected) + step, len(channels) - 1))])

    def action_first(self) -> None:
        """The first channel."""
        self.action_row(-len(self._channels()))

    def action_last(self) -> None:
        """The last channel."""
        self.action_row(len(self._channels()))

    def on_click(self, event: events.Click) -> None:
        """A click selects."""
        position = event.get_content_offset(self)
        row = self.top + position.y if position is not None else -1
        if 0 <= row < len(self._channels()):
            self._select(self._channels()[row])

    def _channels(self) -> tuple[RpmsgChannel, ...]:
        return self.view.processor.rpmsg.channels if self.view is not None and self.view.processor is not None else ()

    def _select(self, channel: RpmsgChannel) -> None:
        if channel != self.selected:
            self.selected = self._last = channel
            self.post_message(ChannelSelected())
            self.renew()

    def _keep_selection(self) -> None:
        """A boot makes the channels anew: the one of the same name is the same."""
        channels, before = self._channels(), self._last
        same = [channel for channel in channels if before is not None and channel.name == before.name]
        exact = [channel for channel in same if before is not None and channel.device == before.device]
        found = next(iter((*exact, *same, *channels)), None)
        if before is None or same:  # another one only stands in for it: channels come back one by one
            self._last = found or before
        if found != self.selected:
            self.selected = found
            self.post_message(ChannelSelected())
