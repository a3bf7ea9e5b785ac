"""One attribute of a processor, wherever the kernel has it: in sysfs, or before 4.11 in debugfs."""

from __future__ import annotations

from dataclasses import dataclass

from rproc_tui.hosts.base import Host
from rproc_tui.linux import paths
from rproc_tui.linux.reading import read_line
from rproc_tui.model.processor import State


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that was read."""

    path: str
    text: str


async def read_attribute(host: Host, processor_id: str, name: str) -> Attribute:
    """The attribute and where it is; OSError with the errno of sysfs where neither can be read."""
    path = paths.attribute(processor_id, name)
    try:
        return Attribute(path, await read_line(host, path))
    except FileNotFoundError as missing:
        path = paths.debug_file(processor_id, name)
        try:
            return Attribute(path, await read_line(host, path))
        except OSError:
            raise missing from None


def state_of(text: str | None) -> State:
    """The state that a word of the `state` file means; a vendor's own words are `unknown`.

    In debugfs kernels before 4.11 put its number behind it: `offline (0)`.
    """
    try:
        return State((text or "").partition(" (")[0])
    except ValueError:
        return State.UNKNOWN
