"""The layout of a split ring in shared memory (virtio 1.x section 2.7, include/uapi/linux/virtio_ring.h).

Fields are little-endian, as on every machine this runs on. All go through typed views: one store or load each. The
`struct` module would clear the field before it writes, and a remote processor that runs meanwhile would see an index
of 0.
"""

from __future__ import annotations

from typing import Final

DESCRIPTOR_NEXT: Final = 1
"""The buffer goes on in the descriptor that `next` names."""
DESCRIPTOR_WRITE: Final = 2
"""The remote side writes this buffer; without it, it reads."""
NO_INTERRUPT: Final = 1
"""In `avail.flags`: the driver asks for no interrupts."""
NO_NOTIFY: Final = 1
"""In `used.flags`: the remote side asks for no kicks."""

INDEX_MASK: Final = 0xFFFF
"""Indices are 16 bits wide and run freely; the slot is the index modulo the size."""

_DESCRIPTOR_SIZE = 16
_USED_ELEMENT_SIZE = 8
_LENGTH_MASK = 0xFFFFFFFF


def available_offset(num: int) -> int:
    """Where the available part begins, in bytes from the ring's start."""
    return _DESCRIPTOR_SIZE * num


def used_offset(num: int, align: int) -> int:
    """Where the used part begins. An alignment that is no power of two gives what the kernel's masking gives."""
    return (available_offset(num) + 6 + 2 * num + align - 1) & ~(align - 1)


def vring_size(num: int, align: int) -> int:
    """Bytes of a ring with `num` descriptors: 438 for (16, 16)."""
    return used_offset(num, align) + 6 + _USED_ELEMENT_SIZE * num


class Vring:
    """One ring in memory, field by field. It knows no rules: `Virtqueue` has the driver's."""

    __slots__ = ("_available", "_descriptors", "_elements", "_used", "align", "num")

    def __init__(self, view: memoryview, num: int, align: int) -> None:
        """Look at a ring at the start of `view` (format "B"); ValueError when it does not fit."""
        if num < 1 or align < 1:
            raise ValueError(f"invalid qsz ({num}) or alignment ({align})")
        if len(view) < vring_size(num, align):
            raise ValueError(f"a ring of {num} needs {vring_size(num, align)} bytes, not {len(view)}")
        self.num = num
        self.align = align
        available, used = available_offset(num), used_offset(num, align)
        elements = used + 4
        self._descriptors = view[:available].cast("Q")
        self._available = view[available : available + 6 + 2 * num].cast("H")
        self._used = view[used : elements + _USED_ELEMENT_SIZE * num + 2].cast("H")
        self._elements = view[elements : elements + _USED_ELEMENT_SIZE * num].cast("I")

    def descriptor(self, head: int) -> tuple[int, int, int, int]:
        """Address, length, flags and next of a descriptor."""
        low = self._descriptors[2 * head + 1]
        return self._descriptors[2 * head], low & _LENGTH_MASK, low >> 32 & 0xFFFF, low >> 48

    def set_descriptor(self, head: int, address: int, length: int, flags: int, following: int) -> None:
        """Describe a buffer by its physical address and length in bytes."""
        self._descriptors[2 * head] = address
        self._descriptors[2 * head + 1] = length | flags << 32 | following << 48

    @property
    def available_flags(self) -> int:
        """`avail.flags`: NO_INTERRUPT or 0."""
        return self._available[0]

    @available_flags.setter
    def available_flags(self, flags: int) -> None:
        self._available[0] = flags

    @property
    def available_index(self) -> int:
        """`avail.idx`: how many buffers the driver has offered, modulo 65536."""
        return self._available[1]

    @available_index.setter
    def available_index(self, index: int) -> None:
        self._available[1] = index

    def available_entry(self, slot: int) -> int:
        """The descriptor offered in a slot."""
        return self._available[2 + slot]

    def set_available_entry(self, slot: int, head: int) -> None:
        """Offer a descriptor; nobody looks before the index moves."""
        self._available[2 + slot] = head

    @property
    def used_event(self) -> int:
        """With EVENT_IDX: the remote side interrupts when its index passes this one."""
        return self._available[2 + self.num]

    @used_event.setter
    def used_event(self, index: int) -> None:
        self._available[2 + self.num] = index

    @property
    def used_flags(self) -> int:
        """`used.flags`: NO_NOTIFY or 0."""
        return self._used[0]

    @property
    def used_index(self) -> int:
        """`used.idx`: how many buffers the remote side has given back, modulo 65536."""
        return self._used[1]

    def used_element(self, slot: int) -> tuple[int, int]:
        """Descriptor and written length given back in a slot; both are whatever the remote side wrote."""
        return self._elements[2 * slot], self._elements[2 * slot + 1]

    @property
    def available_event(self) -> int:
        """With EVENT_IDX: the driver kicks when its index passes this one."""
        return self._used[2 + 4 * self.num]
