"""Announcements at address 53: the remote side says which channels it has (drivers/rpmsg/rpmsg_ns.c)."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Final

from rproc_tui.rpmsg.addresses import ADDRESS_ANY
from rproc_tui.rpmsg.log_level import ERROR, INFO, Log
from rproc_tui.sanitise import sanitise

NAME_SIZE: Final = 32
"""Bytes of a channel's name on the wire, its NUL included."""
ANNOUNCEMENT: Final = Struct(f"<{NAME_SIZE}sII")
"""Name, address, flags: 40 bytes."""
CREATE: Final = 0
DESTROY: Final = 1
"""Bit 0 of the flags."""


def wire_name(name: str) -> bytes:
    """A name cut to 31 bytes; the rest of the field is NUL."""
    return name.encode("utf-8", "surrogateescape").partition(b"\0")[0][: NAME_SIZE - 1]


def read_name(field: bytes) -> str:
    """A name out of its field; bytes that are no UTF-8 survive as surrogates."""
    return field[: NAME_SIZE - 1].partition(b"\0")[0].decode("utf-8", "surrogateescape")


def announcement(name: str, address: int, flags: int) -> bytes:
    """The 40 bytes that announce a channel."""
    return ANNOUNCEMENT.pack(wire_name(name), address, flags)


class NameService:
    """Acts on announcements, with the kernel's words. `create` and `destroy` take name, source and destination."""

    def __init__(
        self, create: Callable[[str, int, int], object], destroy: Callable[[str, int, int], object], log: Log
    ) -> None:
        self._create = create
        self._destroy = destroy
        self._log = log

    def receive(self, data: bytes, _source: int) -> None:
        """One message at address 53; a service may speak for any other address."""
        if len(data) != ANNOUNCEMENT.size:
            self._log(ERROR, f"malformed ns msg ({len(data)})")
            return
        field, address, flags = ANNOUNCEMENT.unpack(data)
        name = read_name(field)
        doing = "destroy" if flags & DESTROY else "creat"
        self._log(INFO, f"{doing}ing channel {sanitise(name)} addr 0x{address:x}")
        if flags & DESTROY:
            self._withdraw(name, address)
        else:
            self._announce(name, address)

    def _announce(self, name: str, address: int) -> None:
        try:
            self._create(name, ADDRESS_ANY, address)
        except OSError:
            self._log(ERROR, "rpmsg_create_channel failed")

    def _withdraw(self, name: str, address: int) -> None:
        try:
            self._destroy(name, ADDRESS_ANY, address)
        except OSError as error:
            self._log(ERROR, f"rpmsg_destroy_channel failed: {-(error.errno or 0)}")
