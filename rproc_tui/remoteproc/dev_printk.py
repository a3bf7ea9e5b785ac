"""The kernel's log as one device writes to it: `dev_err`, `dev_warn` and `dev_info` (drivers/base/core.c)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rproc_tui.remoteproc.environment import Environment
from rproc_tui.remoteproc.errors import code

ERROR = 3
WARNING = 4
INFO = 6


@dataclass(frozen=True, slots=True)
class DevPrintk:
    """Prefixes each line with driver and device, and tags the record with them."""

    environment: Environment
    prefix: str
    """Driver (or bus, or class) and device: `remoteproc remoteproc0`."""
    subsystem: str | None = None
    device: str | None = None
    """DEVICE= of the record: `+remoteproc:remoteproc0`."""

    def error(self, text: str) -> None:
        """Level 3."""
        self._line(ERROR, text)

    def warning(self, text: str) -> None:
        """Level 4."""
        self._line(WARNING, text)

    def info(self, text: str) -> None:
        """Level 6."""
        self._line(INFO, text)

    def at(self, level: int, text: str) -> None:
        """Any level."""
        self._line(level, text)

    @contextmanager
    def on_failure(self, what: str) -> Iterator[None]:
        """Log an OSError that passes, with its number behind the sentence: `can't start rproc m4: -110`."""
        try:
            yield
        except OSError as error:
            self.error(f"{what}: {code(error)}")
            raise

    def _line(self, level: int, text: str) -> None:
        most = self.environment.profile.log_line_most
        self.environment.log(level, f"{self.prefix}: {text}"[:most], subsystem=self.subsystem, device=self.device)


def bus_printk(environment: Environment, bus: str, driver: str, name: str) -> DevPrintk:
    """The log of a device on a bus (`platform`, `virtio`, `rpmsg`) with its driver."""
    return DevPrintk(environment, f"{driver} {name}", bus, f"+{bus}:{name}")


def log_probe_failure(printk: DevPrintk, driver: str, device: str, number: int) -> None:
    """What the driver core says when a driver does not want its device (drivers/base/dd.c)."""
    environment = printk.environment
    if environment.profile.probe_failure_on_device:
        printk.error(f"probe with driver {driver} failed with error {number}")
    else:
        environment.log(WARNING, f"{driver}: probe of {device} failed with error {number}")
