"""One conversation with GDB: bytes in, bytes out, over a debuggee (GDB manual, appendix E).

All-stop mode, one thread. While the processor runs GDB may only interrupt, kill or let go.
"""

from __future__ import annotations

import errno
from collections.abc import Callable

from rproc_tui.emulator.gdb.access import OK, Access
from rproc_tui.emulator.gdb.debuggee import Debuggee, Ended, Stopped
from rproc_tui.emulator.gdb.packets import Acknowledgement, Arrival, Interruption, PacketReader, framed
from rproc_tui.emulator.gdb.points import NAMES, Points
from rproc_tui.emulator.gdb.queries import START_WITHOUT_ACKNOWLEDGEMENT, answer
from rproc_tui.emulator.gdb.registers import architecture_of
from rproc_tui.emulator.gdb.resumption import ACTIONS, parsed_continuation, parsed_resumption
from rproc_tui.emulator.machine.halt import Resume


class Session:
    """From the connection on; attaching halts the processor. Calls come one at a time, from any thread."""

    def __init__(self, debuggee: Debuggee) -> None:
        self.is_over = False
        """Nothing more will be said; what `receive` or `tell` answered last is still to be sent."""
        self._debuggee = debuggee
        self._reader = PacketReader()
        self._acknowledges = True
        self._is_running = False
        self._last_sent = b""
        self._news = debuggee.attach()
        self._architecture = architecture_of(debuggee.registers())
        self._points = Points(debuggee)
        access = Access(debuggee, self._architecture)
        self._packets: dict[bytes, Callable[[bytes], bytes | None]] = {
            b"g": access.read_registers,
            b"G": access.write_registers,
            b"p": access.read_register,
            b"P": access.write_register,
            b"m": access.read_memory,
            b"M": access.write_memory,
            b"X": access.write_bytes,
            b"Z": self._points.insert,
            b"z": self._points.remove,
            b"?": lambda _: _stop_reply(self._news),
            b"H": lambda _: OK,
            b"T": lambda _: OK,
            b"v": self._verb,
        }

    def receive(self, data: bytes) -> bytes:
        """What to send back. Raises Unreadable when the other end does not speak the protocol."""
        sent: list[bytes] = []
        for arrival in self._reader.feed(data):
            if self.is_over:
                break
            sent.append(self._answer(arrival))
        return b"".join(sent)

    def tell(self, news: Stopped | Ended) -> bytes:
        """What to send when the processor has stopped or is no more."""
        self._news = news
        if not self._is_running or self.is_over:
            return b""  # it is said when it is asked to go on
        self._is_running = False
        self.is_over = isinstance(news, Ended)
        said = self._framed(b"O" + f"{news.message}\n".encode().hex().encode()) if news.message else b""
        return said + self._framed(_stop_reply(news))

    def close(self) -> None:
        """The connection is gone: the processor goes on."""
        if not self.is_over:
            self.is_over = True
            self._debuggee.detach()

    def _answer(self, arrival: Arrival) -> bytes:
        if isinstance(arrival, Interruption):
            if self._is_running:
                self._debuggee.interrupt()
            return b""
        if isinstance(arrival, Acknowledgement):
            again, self._last_sent = self._last_sent, b""
            return b"" if arrival.is_good else again
        acknowledged = self._acknowledges
        if not arrival.is_whole:
            return b"-" if acknowledged else b""
        reply = self._reply_to(arrival.data)
        return (b"+" if acknowledged else b"") + (b"" if reply is None else self._framed(reply))

    def _framed(self, data: bytes) -> bytes:
        self._last_sent = framed(data)
        return self._last_sent

    def _reply_to(self, packet: bytes) -> bytes | None:
        """The answer's data; None when there is none now."""
        if packet == b"k":
            self._leave()
            return None
        try:
            return self._act(packet)
        except OSError as error:
            return b"E%02x" % ((error.errno or errno.EIO) & 0xFF)
        except ValueError:
            return b"E%02x" % errno.EINVAL

    def _act(self, packet: bytes) -> bytes | None:
        letter, argument = packet[:1], packet[1:]
        if letter == b"D" or packet.startswith(b"vKill"):
            self._leave()
            return OK
        if self._is_running:
            raise OSError(errno.EBUSY, "the processor runs")
        if letter in (b"q", b"Q"):
            if packet == START_WITHOUT_ACKNOWLEDGEMENT:
                self._acknowledges = False
            return answer(packet, self._architecture)
        if letter in (b"c", b"s", b"C", b"S"):
            return self._resume(parsed_resumption(letter, argument))
        action = self._packets.get(letter)
        return b"" if action is None else action(argument)

    def _verb(self, argument: bytes) -> bytes | None:
        if argument == b"Cont?":
            return ACTIONS
        return self._resume(parsed_continuation(argument)) if argument.startswith(b"Cont;") else b""

    def _resume(self, resume: Resume | None) -> bytes | None:
        if resume is None:
            raise ValueError("no such action")
        if isinstance(self._news, Ended):
            self.is_over = True
            return _stop_reply(self._news)
        self._points.apply()
        self._is_running = True
        try:
            self._debuggee.resume(resume)
        except OSError:
            self._is_running = False
            raise
        return None

    def _leave(self) -> None:
        self.is_over = True
        self._debuggee.detach()


def _stop_reply(news: Stopped | Ended) -> bytes:
    if isinstance(news, Ended):
        return b"W00" if news.signal is None else b"X%02x" % news.signal
    point = news.watchpoint
    watched = "" if point is None else f"{NAMES[point.watched]}:{point.address:x};"
    return f"T{news.signal:02x}{watched}thread:1;".encode()
