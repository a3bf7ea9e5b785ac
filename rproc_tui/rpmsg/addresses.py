"""Who has which local address on one bus (the endpoint `idr` of virtio_rpmsg_bus.c)."""

from __future__ import annotations

import errno
from itertools import count
from threading import Lock
from typing import Final, Generic, TypeVar

ADDRESS_ANY: Final = 0xFFFFFFFF
"""No address in particular: asks for one, or stands for one not known yet."""
NAME_SERVICE_ADDRESS: Final = 53
FIRST_DYNAMIC_ADDRESS: Final = 1024
"""Below lie the addresses of fixed services."""

_ADDRESS_MASK = 0xFFFFFFFF
_HIGHEST_ADDRESS = 0x7FFFFFFF

Occupant = TypeVar("Occupant")


def address_of(value: int) -> int:
    """An address as the wire has it: 32 bits, so that -1 is ADDRESS_ANY."""
    return value & _ADDRESS_MASK


def signed(address: int) -> int:
    """An address as the kernel's `%d` shows it: ADDRESS_ANY is -1."""
    return address - (1 << 32) if address > _HIGHEST_ADDRESS else address


class AddressSpace(Generic[Occupant]):
    """Local addresses and who sits there. Thread-safe; looking up takes no lock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._occupants: dict[int, Occupant] = {}
        self.find = self._occupants.get
        """Who has an address; None when nobody has."""

    def allocate(self, address: int, occupant: Occupant) -> int:
        """Take this address, or for ADDRESS_ANY the lowest free one from 1024.

        OSError: ENOSPC when it is taken, EINVAL when it does not fit the kernel's table.
        """
        with self._lock:
            if address == ADDRESS_ANY:
                address = next(free for free in count(FIRST_DYNAMIC_ADDRESS) if free not in self._occupants)
            elif address > _HIGHEST_ADDRESS:
                raise OSError(errno.EINVAL, f"address 0x{address:x} is out of range")
            elif address in self._occupants:
                raise OSError(errno.ENOSPC, f"address 0x{address:x} is taken")
            self._occupants[address] = occupant
            return address

    def release(self, address: int, occupant: Occupant) -> None:
        """Leave an address; nothing when somebody else sits there."""
        with self._lock:
            if self._occupants.get(address) is occupant:
                del self._occupants[address]

    def occupants(self) -> tuple[Occupant, ...]:
        """Everybody, in the order of coming."""
        with self._lock:
            return tuple(self._occupants.values())
