"""Runs a program on a pseudo-terminal and measures what a person would: when something shows, bytes, CPU, memory."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from types import TracebackType
from typing import Self


class Terminal:
    """One program on a terminal of 120 columns and 40 rows."""

    def __init__(
        self, command: list[str], *, columns: int = 120, rows: int = 40, env: dict[str, str] | None = None
    ) -> None:
        self.began = time.perf_counter()
        self.received = bytearray()
        environment = {key: value for key, value in os.environ.items() if key not in ("COLORTERM", "NO_COLOR")}
        environment |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})}
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(command[0], command, environment)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.perf_counter() + 5
        while time.perf_counter() < deadline:
            self._read(0.05)
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def until(self, text: str, timeout: float = 20.0) -> float:
        """Seconds from the start of this call until the text has come since then; TimeoutError."""
        began, first = time.perf_counter(), len(self.received)
        wanted = text.encode()
        while time.perf_counter() - began < timeout:
            self._read(0.02)
            if wanted in self.received[max(0, first - len(wanted)) :]:
                return time.perf_counter() - began
        raise TimeoutError(f"{text!r} did not come; the last bytes: {bytes(self.received[-300:])!r}")

    def shown_after(self, text: str) -> float:
        """Seconds from the program's start until the text first came."""
        self.until(text)
        return time.perf_counter() - self.began

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.fd, keys.encode())

    def pump(self, seconds: float) -> int:
        """Read for so long; how many bytes came."""
        before, end = len(self.received), time.perf_counter() + seconds
        while time.perf_counter() < end:
            self._read(end - time.perf_counter())
        return len(self.received) - before

    def cpu(self) -> float:
        """CPU seconds used so far."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Resident bytes."""
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def _read(self, timeout: float) -> None:
        ready, _, _ = select.select([self.fd], [], [], max(0.0, min(timeout, 0.05)))
        if ready:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return
            self.received += data
            if b"\x1b[6n" in data:
                os.write(self.fd, b"\x1b[1;1R")
