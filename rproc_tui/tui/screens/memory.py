"""Memory: what lies where, to scale, and its bytes where the host shows them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from rproc_tui.controller.controller import Controller
from rproc_tui.controller.live_memory import LiveMemory
from rproc_tui.errors import NoSuchProcessor
from rproc_tui.model.processor import ProcessorKey, State
from rproc_tui.tui.bindings import MEMORY
from rproc_tui.tui.key_names import first_keys
from rproc_tui.tui.layout import SMALLEST, Layout
from rproc_tui.tui.messages import CommandGiven, PanelOpened
from rproc_tui.tui.panels.columns import indented, joined
from rproc_tui.tui.panels.crash_memory import find_address, held_text, memory_rows
from rproc_tui.tui.panels.segments import legend
from rproc_tui.tui.screens.board_screen import BoardScreen
from rproc_tui.tui.view import View
from rproc_tui.tui.wall_time import WallTime
from rproc_tui.tui.widgets.hex_view import HexView
from rproc_tui.tui.widgets.key_line import KeyLine
from rproc_tui.tui.widgets.made_panel import MadePanel
from rproc_tui.tui.widgets.memory_list import MemoryList
from rproc_tui.tui.widgets.notice import Notice
from rproc_tui.tui.widgets.panel import Panel
from rproc_tui.tui.widgets.processor_tree import ProcessorTree
from rproc_tui.tui.widgets.prompt import Prompt
from rproc_tui.tui.widgets.status_line import StatusLine
from rproc_tui.tui.widgets.too_small import TooSmall

GO_TO = "go-to"
"""What a prompt for an address is for."""
_ORDER = ("map", "bytes", "processors")
"""Panels in the order of the tab key."""
_UNSEEN = (
    "The bytes of this processor cannot be read: Linux shows them in no file. `c` takes a coredump, which screen 5 "
    "opens after a crash; processors of the bundled board have a file `mem` in debugfs."
)


class MemoryScreen(BoardScreen):
    """The map on top, bytes below it."""

    CSS_PATH = "memory.tcss"
    AUTO_FOCUS = "#map"
    BINDINGS: ClassVar[list[BindingType]] = [*MEMORY]

    def __init__(self, controller: Controller, wall: WallTime) -> None:
        super().__init__(controller, wall)
        self._layout = Layout.WIDE
        self._zoomed = False
        self._looked: tuple[ProcessorKey, State] | None = None
        """What the last look was at."""
        self._memory: LiveMemory | None = None

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield StatusLine(id="status")
        yield TooSmall(SMALLEST, id="too-small")
        yield ProcessorTree(id="processors")
        yield MemoryList(id="map")
        yield HexView(id="bytes")
        yield MadePanel(id="unseen")
        yield Notice(id="notice")
        yield Prompt(id="prompt")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Say what stands where no bytes can be read."""
        self.query_one("#unseen", MadePanel).retitle(Content("Bytes"))
        self.query_one("#unseen", MadePanel).show_made(lambda width: indented("", _UNSEEN, width, "$label"), None)

    def on_screen_suspend(self) -> None:
        """Out of sight: when it comes back the bytes are others."""
        self._looked = None

    def show_view(self, view: View) -> None:
        """Hand the moment to the panels; look at the bytes of another processor, or of one in another state."""
        for panel in self.query(Panel):
            panel.present(view)
        self.query_one(MemoryList).present(view)
        self._entitle(view)
        processor = view.processor
        about = None if processor is None else (processor.key, processor.state)
        if about != self._looked:
            self._looked = about
            self._look_at_bytes()
        self.lay_out(self._layout)

    def on_stretch_selected(self) -> None:
        """Another stretch: its bytes."""
        row = self.query_one(MemoryList).selected
        if row is not None:
            self._hex.go_to(row.da)

    def on_panel_opened(self, message: PanelOpened) -> None:
        """Enter: from the strip to the map, from the map to the bytes, on them they alone."""
        message.stop()
        focused = self.focused.id if self.focused is not None else None
        if focused == "bytes":
            self.action_maximise()
        else:
            self._focus("bytes" if focused == "map" else "map")

    def action_panel(self, step: int) -> None:
        """The next panel gets the focus."""
        names = [name for name in _ORDER if name != "bytes" or self._memory is not None]
        here = self.focused.id if self.focused is not None and self.focused.id in names else names[0]
        self._zoomed = False
        self._focus(names[(names.index(str(here)) + step) % len(names)])

    def action_maximise(self) -> None:
        """The focused panel alone, or both again."""
        self._zoomed = not self._zoomed and self.focused is not None and self.focused.id in _ORDER[:2]
        self.lay_out(self._layout)

    async def action_back(self) -> None:
        """Out of one thing at a time: what was said, what is maximised, the bytes, the screen."""
        if self.notice.dismiss():
            return
        if self._zoomed:
            self.action_maximise()
        elif self.focused is self._hex:
            self._focus("map")
        else:
            await self.app.run_action("app.show('overview')")

    def action_look(self) -> None:
        """Read the bytes again."""
        self.notice.dismiss()
        self._look_at_bytes()

    def action_go_to(self) -> None:
        """Type an address."""
        if self._memory is None:
            self.say("the bytes of this processor cannot be read")
        else:
            self.type_into(GO_TO, "address ", "", "0x20000000, a register, or the name of a function or variable")

    async def on_prompt_ended(self, message: Prompt.Ended) -> None:
        """An address was typed."""
        if message.purpose == GO_TO and message.accepted and message.text.strip():
            self.call_later(self.go_to, message.text)

    def on_command_given(self, message: CommandGiven) -> None:
        """`go-to ADDRESS`; other words are for the program."""
        if message.name == GO_TO:
            message.stop()
            self.go_to(message.argument)

    def go_to(self, text: str) -> None:
        """Show the bytes at what a person typed."""
        memory = self._memory
        if memory is None:
            self.say("the bytes of this processor cannot be read")
            return
        address = find_address(text, memory_rows(memory.dump, memory.symbols, memory.registers))
        if address is None:
            self.say(f"{text.strip()} is neither an address nor a name that the firmware has")
        elif self._hex.go_to(address):
            self._focus("bytes")
        else:
            self.say(f"{address:#010x} is in no memory that can be read: there is {held_text(memory.dump)}")

    def action_copy(self) -> None:
        """The map or the bytes go to the terminal's clipboard."""
        self.copy(self._hex.text if self.focused is self._hex else self.query_one(MemoryList).text)

    @property
    def _hex(self) -> HexView:
        return self.query_one("#bytes", HexView)

    def _focus(self, name: str) -> None:
        self.lay_out(self._layout)
        if self.query_one(f"#{name}").display:
            self.set_focus(self.query_one(f"#{name}"))

    def _look_at_bytes(self) -> None:
        processor = self.view.processor
        if processor is None or not processor.memory:
            self._show_bytes(None)
        else:
            self.run_worker(self._read(processor.key), group="memory", exclusive=True, exit_on_error=True)

    async def _read(self, key: ProcessorKey) -> None:
        try:
            memory = await self.controller.live_memory(key)
        except NoSuchProcessor:
            memory = None
        if self.is_attached and self.selection[1] == key and self.query("#bytes"):
            self._show_bytes(memory)
            for problem in () if memory is None else memory.problems[:1]:
                self.say(problem)

    def _show_bytes(self, memory: LiveMemory | None) -> None:
        """Show another look; the place stays where it has that place, else it is the selected stretch."""
        before, place = self._memory, self._hex.place
        self._memory = memory
        self.lay_out(self._layout)
        if memory is None:
            return
        rows = memory_rows(memory.dump, memory.symbols, memory.registers, self._hex.content_size.width or 92)
        self._hex.show_memory(rows, memory.at)
        key = first_keys(self).get("look")
        again = f" · {key} reads again" if key else ""
        self._hex.border_subtitle = Content.assemble((f"as at {self.wall.brief(memory.at)}{again}", "$label"))
        row = self.query_one(MemoryList).selected
        if before is not None and place is not None and self._hex.go_to(place):
            return
        if row is not None:
            self._hex.go_to(row.da)

    def _entitle(self, view: View) -> None:
        name = [] if view.processor is None else [(view.processor.name, "bold")]
        self.query_one(MemoryList).retitle(joined([("Memory map", ""), *name]))
        self.query_one(MemoryList).border_subtitle = legend()

    def lay_out(self, layout: Layout) -> None:
        """What is in sight."""
        self._layout = layout
        fits, seen = layout is not Layout.TINY, self._memory is not None
        focused = self.focused.id if self.focused is not None else None
        self.set_class(layout is Layout.COMPACT, "-compact")
        self.query_one("#too-small").display = not fits
        self.query_one("#status").display = self.query_one("#processors").display = fits
        self.query_one("#map").display = fits and (not self._zoomed or focused != "bytes")
        self.query_one("#bytes").display = fits and seen and (not self._zoomed or focused == "bytes")
        self.query_one("#unseen").display = fits and not seen and not self._zoomed
        self.query_one("#keys").display = fits and self.query_one(Prompt).purpose is None
