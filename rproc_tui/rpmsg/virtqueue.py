"""The driver's side of a split ring, with the rules of the kernel's drivers/virtio/virtio_ring.c.

What was lent out is remembered here and never read back from the descriptors: the remote side can write those too.
"""

from __future__ import annotations

import errno

from rproc_tui.rpmsg.log_level import ERROR, Log
from rproc_tui.rpmsg.vring import DESCRIPTOR_WRITE, INDEX_MASK, NO_INTERRUPT, NO_NOTIFY, Vring

_FREE = -1


class Virtqueue:
    """One ring as its driver uses it. Not thread-safe: callers take turns."""

    __slots__ = (
        "_available_flags",
        "_available_index",
        "_event_index",
        "_following",
        "_free_head",
        "_last_used",
        "_log",
        "_since_kick",
        "_slot_mask",
        "_tokens",
        "broken",
        "name",
        "num_free",
        "vring",
    )

    def __init__(self, name: str, vring: Vring, log: Log, *, event_index: bool = False) -> None:
        """Drive a zeroed ring; `name` (`input`, `output`) opens what is logged, `event_index` is feature bit 29."""
        num = vring.num
        self.name = name
        self.vring = vring
        self.broken = False
        """The remote side gave back what it did not have; nothing moves any more."""
        self.num_free = num
        """Descriptors that describe nothing at the moment."""
        self._log = log
        self._event_index = event_index
        # The kernel masks even where the size is no power of two, and then uses only some of the slots.
        self._slot_mask = num - 1
        self._tokens = [_FREE] * num
        self._following = [*range(1, num), 0]
        self._free_head = 0
        self._available_index = 0
        self._available_flags = 0
        self._last_used = 0
        self._since_kick = 0

    def add_inbuf(self, address: int, length: int, token: int) -> None:
        """Lend a buffer for the remote side to write; `token` (>= 0) comes back with it.

        OSError: EIO when broken, ENOSPC when no descriptor is free.
        """
        self._add(address, length, DESCRIPTOR_WRITE, token)

    def add_outbuf(self, address: int, length: int, token: int) -> None:
        """Lend a buffer for the remote side to read. On ENOSPC the caller kicks all the same, as the kernel does."""
        self._add(address, length, 0, token)

    def _add(self, address: int, length: int, flags: int, token: int) -> None:
        if self.broken:
            raise OSError(errno.EIO, f"{self.name}: the ring is broken")
        if self.num_free == 0:
            raise OSError(errno.ENOSPC, f"{self.name}: no free descriptor")
        head = self._free_head
        self._free_head = following = self._following[head]
        self.num_free -= 1
        self._tokens[head] = token
        vring = self.vring
        vring.set_descriptor(head, address, length, flags, following)
        index = self._available_index
        vring.set_available_entry(index & self._slot_mask, head)
        self._available_index = index = (index + 1) & INDEX_MASK
        vring.available_index = index
        self._since_kick += 1

    def more_used(self) -> bool:
        """Whether the remote side has given something back."""
        return self._last_used != self.vring.used_index

    def get_buf(self) -> tuple[int, int] | None:
        """Take back the next buffer: its token, and the length that the remote side claims to have written.

        None when there is none, or when the ring is or hereby gets broken.
        """
        vring = self.vring
        last = self._last_used
        if self.broken or last == vring.used_index:
            return None
        head, length = vring.used_element(last & self._slot_mask)
        if head >= vring.num:
            self._break(f"id {head} out of range")
            return None
        token = self._tokens[head]
        if token == _FREE:
            self._break(f"id {head} is not a head!")
            return None
        self._tokens[head] = _FREE
        self._following[head] = self._free_head
        self._free_head = head
        self.num_free += 1
        self._last_used = last = (last + 1) & INDEX_MASK
        if not self._available_flags:
            vring.used_event = last  # written with and without EVENT_IDX
        return token, length

    def _break(self, reason: str) -> None:
        self.broken = True
        self._log(ERROR, f"{self.name}:{reason}")

    def kick_needed(self) -> bool:
        """Whether the remote side wants to hear of what was added since the last call."""
        new, added = self._available_index, self._since_kick
        self._since_kick = 0
        if not self._event_index:
            return not self.vring.used_flags & NO_NOTIFY
        return (new - self.vring.available_event - 1) & INDEX_MASK < added

    def enable_callback(self) -> None:
        """Ask for interrupts. What was given back before may have caused none: look once more afterwards."""
        if self._available_flags:
            self._available_flags = 0
            if not self._event_index:
                self.vring.available_flags = 0
        self.vring.used_event = self._last_used

    def disable_callback(self) -> None:
        """Ask for no interrupts; some may come all the same."""
        if not self._available_flags:
            self._available_flags = NO_INTERRUPT
            if self._event_index:
                self.vring.used_event = 0
            else:
                self.vring.available_flags = NO_INTERRUPT

    def fill(self) -> tuple[int, int]:
        """How many descriptors wait for the remote side, and how many it has given back unnoticed; neither is negative.

        A remote side that moves its index out of reach counts as having given back everything.
        """
        lent = self.vring.num - self.num_free
        returned = min((self.vring.used_index - self._last_used) & INDEX_MASK, lent)
        return lent - returned, returned
