"""A terminal in place of none: it keeps what Textual writes to it."""

from __future__ import annotations

from typing import Any

from textual.drivers.headless_driver import HeadlessDriver


class RecordingDriver(HeadlessDriver):
    """Takes everything; Textual thinks that somebody sees it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._written = ["\x1b[?1049h\x1b[?25l\x1b[?7l"]
        record.driver = self

    @property
    def is_headless(self) -> bool:
        return False

    @property
    def size(self) -> tuple[int, int]:
        return self._get_terminal_size()

    def write(self, data: str) -> None:
        self._written.append(data)

    def taken(self) -> str:
        """What was written since the last call."""
        data, self._written = "".join(self._written), []
        return data


class Record:
    """The driver that was made last."""

    driver: RecordingDriver


record = Record()
