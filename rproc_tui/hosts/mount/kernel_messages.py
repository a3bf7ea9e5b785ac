"""The kernel's log as the file `/dev/kmsg` (Documentation/ABI/testing/dev-kmsg), and as lines like dmesg's."""

from __future__ import annotations

import threading
from collections import deque

from rproc_tui.hosts.kmsg import escaped
from rproc_tui.model.kernel_log import KernelLine

PATH = "/dev/kmsg"

RECORDS_MOST = 5_000
"""Lines that are kept; the oldest go."""


class KernelMessages:
    """The lines that have come; from any thread."""

    def __init__(self) -> None:
        self._records: deque[bytes] = deque(maxlen=RECORDS_MOST)
        self._lock = threading.Lock()

    def add(self, line: KernelLine) -> None:
        """One more."""
        with self._lock:
            self._records.append(_record(line))

    def content(self) -> bytes:
        """All of them, as reading the file to its end would give them."""
        with self._lock:
            return b"".join(self._records)


def _record(line: KernelLine) -> bytes:
    pairs = (("SUBSYSTEM", line.subsystem), ("DEVICE", line.device))
    dictionary = "".join(f" {key}={escaped(value)}\n" for key, value in pairs if value is not None)
    head = f"{line.level},{line.sequence},{round(line.seconds * 1e6)},-"
    return f"{head};{escaped(line.text)}\n{dictionary}".encode()


def dmesg_line(line: KernelLine) -> str:
    """As dmesg prints it: seconds since the boot, and the text."""
    return f"[{line.seconds:12.6f}] {line.text}"
