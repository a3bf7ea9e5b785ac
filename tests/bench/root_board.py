"""A folder that looks like a kernel with one running processor, whose trace grows as fast as it is told to."""

from __future__ import annotations

import pathlib
import threading
import time
from types import TracebackType
from typing import Self

_TRACE = "sys/kernel/debug/remoteproc/remoteproc0/trace0"


class RootBoard:
    """For `--root`."""

    def __init__(self, folder: str) -> None:
        self.folder = pathlib.Path(folder)
        self.lines = 0
        own = "sys/devices/platform/10000000.m4/remoteproc/remoteproc0"
        files = {
            "name": "m4",
            "state": "running",
            "firmware": "hub.elf",
            "recovery": "enabled",
            "coredump": "disabled",
        }
        for name, text in files.items():
            self._write(f"{own}/{name}", f"{text}\n")
        for text in ("name", "recovery"):
            self._write(f"{_TRACE.rpartition('/')[0]}/{text}", f"{files[text]}\n")
        self._write(_TRACE, "")
        self._link(f"{own}/device", "../../../10000000.m4")
        self._link("sys/class/remoteproc/remoteproc0", "../../devices/platform/10000000.m4/remoteproc/remoteproc0")
        self._link("sys/devices/platform/10000000.m4/driver", "../../../bus/platform/drivers/stm32-rproc")

    def say(self) -> None:
        """One more line, of the length that firmware likes."""
        self.lines += 1
        with (self.folder / _TRACE).open("a", encoding="ascii") as file:
            file.write(f"[{self.lines / 10:12.6f}] hub: trace message number {self.lines:8d} lorem ipsum dolor\n")

    def _write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="ascii")

    def _link(self, path: str, target: str) -> None:
        link = self.folder / path
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)


class Talking:
    """While it is entered, the board says so many lines a second."""

    def __init__(self, board: RootBoard, lines_per_second: float) -> None:
        self._board = board
        self._every = 1 / lines_per_second
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._talk)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _talk(self) -> None:
        following = time.monotonic()
        while not self._ended.wait(max(0.0, following - time.monotonic())):
            self._board.say()
            following += self._every
