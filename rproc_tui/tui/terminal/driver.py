"""Textual's driver for a terminal, with a wire between the two on which only what changed travels.

It relies on what Textual writes, and on a few methods of its Linux driver; where one is gone, or writes something that
the wire does not understand, Textual's own way is taken.
"""

from __future__ import annotations

import sys
import termios
import tty
from typing import TYPE_CHECKING, Protocol

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from rproc_tui.tui.terminal.keyboard import WakingEvent, read_input
from rproc_tui.tui.terminal.outlet import Outlet
from rproc_tui.tui.terminal.wire import Wire

if TYPE_CHECKING:
    from textual.app import App
    from textual.message import Message

    from rproc_tui.tui.terminal.profile import Profile

_BITS = 10
"""On the line for one byte: a start bit, eight of data, a stop bit."""
_SOFTWARE_FLOW = termios.IXON | termios.IXOFF
_MOUSE = (1000, 1002, 1006)
"""Private modes: buttons, motion while one is down, and coordinates in decimal. Mere motion is not asked for."""
_NEEDED = (
    "_get_terminal_size",
    "start_application_mode",
    "stop_application_mode",
    "process_message",
    "run_input_thread",
    "close",
    "write",
)


class HasProfile(Protocol):
    """What the driver wants of the program."""

    profile: Profile


def driver_for_terminals() -> type[LinuxDriver]:
    """Ours, or Textual's own where that is not as ours knows it."""
    return WireDriver if all(callable(getattr(LinuxDriver, name, None)) for name in _NEEDED) else LinuxDriver


class WireDriver(LinuxDriver):
    """Writes what changed, from a thread of its own."""

    def __init__(
        self, app: App[object], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        self._pinned = size
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._program = app
        self._profile: Profile = app.profile  # type: ignore[attr-defined] # it is made for one program
        self._measured = self._get_terminal_size()
        self._wire: Wire | None = Wire(*self._measured, bare=self._profile.bare)
        self._outlet: Outlet | None = None
        self._mouse_asked_for = False
        self.exit_event = self._ended = WakingEvent()

    @property
    def mouse(self) -> bool:
        """Whether the terminal reports the mouse."""
        return self._mouse or self._mouse_asked_for

    def set_mouse(self, *, on: bool) -> None:
        """Have the mouse reported, or no longer, whatever the profile says."""
        if self._mouse:
            self._disable_mouse_support()
        self._mouse, self._mouse_asked_for = False, on
        self._write_mouse_modes(on=on)
        self.flush()

    def redraw(self) -> None:
        """Clear the terminal and write everything again."""
        if self._wire is not None:
            self._wire.redraw()
            self.flush()
        else:
            self._program.refresh(layout=True)

    def write(self, data: str) -> None:
        """Take a piece of output: what of it is new goes out in a moment."""
        if self._wire is None:
            super().write(data)
            return
        try:
            self._wire.resize(*self._measured)
            self._wire.write(data)
        except Exception:  # noqa: BLE001 (whatever it is, a screen without the wire is better than none)
            self._do_without(data)
        self.flush()

    def flush(self) -> None:
        """What was written may go out."""
        if self._outlet is not None:
            self._outlet.wake()

    def start_application_mode(self) -> None:
        """Take the terminal."""
        if self._wire is not None:
            rate = None if self._profile.baud is None else self._profile.baud / _BITS
            self._outlet = Outlet(self._wire, sys.__stderr__.fileno(), bytes_per_second=rate)  # type: ignore[union-attr]
            self._outlet.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._profile.flow_control:
            self._leave_flow_control()
        if self._mouse_asked_for:
            self._write_mouse_modes(on=True)

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        if self._mouse_asked_for:
            self._write_mouse_modes(on=False)
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        """Hand on what is typed."""
        parser = XTermParser(self._debug)
        read_input(self.fileno, self._ended, parser.feed, parser.tick, self.process_message)

    def close(self) -> None:
        """Everything is out, or the terminal takes nothing any more."""
        if self._outlet is not None:
            self._outlet.close()
            self._outlet = None
        super().close()
        self._ended.close()

    def process_message(self, message: Message) -> None:
        """Something came in; some terminals tell of their size so."""
        if isinstance(message, events.Resize) and self._pinned is None:
            self._measured = (message.size.width, message.size.height)
        super().process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        self._measured = self._pinned or super()._get_terminal_size()
        return self._measured

    def _write_mouse_modes(self, *, on: bool) -> None:
        self.write("".join(f"\x1b[?{mode}{'h' if on else 'l'}" for mode in _MOUSE))

    def _leave_flow_control(self) -> None:
        """Textual has switched it off; a line that needs it loses text without."""
        if self.attrs_before is None:
            return
        attributes = termios.tcgetattr(self.fileno)
        attributes[tty.IFLAG] |= self.attrs_before[tty.IFLAG] & _SOFTWARE_FLOW
        termios.tcsetattr(self.fileno, termios.TCSANOW, attributes)

    def _do_without(self, data: str) -> None:
        """From now on everything goes out as Textual writes it."""
        self._wire = None
        if self._outlet is not None:
            self._outlet.close()
            self._outlet = None
        super().write(f"\x1b[m\x1b[r\x1b[2J{data}")
        self._program.call_later(self._program.refresh, layout=True)
