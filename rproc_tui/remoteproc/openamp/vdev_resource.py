"""A vdev entry of a resource table (`struct fw_rsc_vdev`), where it lies."""

from __future__ import annotations

from collections.abc import Iterator

from rproc_tui.remoteproc.openamp.word import read_u32, write_u32

ID, NOTIFY_ID, DEVICE_FEATURES, GUEST_FEATURES, CONFIG_LENGTH = range(4, 24, 4)
STATUS = 24
VRING_COUNT = 25
VRINGS = 28
VRING_SIZE = 20
VRING_DA, VRING_ALIGN, VRING_NUM, VRING_NOTIFY_ID = range(0, 16, 4)


class VdevResource:
    """Its words by their offset from the entry's type; everything is read anew at each look."""

    def __init__(self, area: memoryview) -> None:
        """`area` begins with the entry and may be longer or shorter than that."""
        self.area = area

    def word(self, at: int) -> int:
        """A 32-bit word."""
        return read_u32(self.area, at)

    def set_word(self, at: int, value: int) -> None:
        """Write one."""
        write_u32(self.area, at, value)

    @property
    def status(self) -> int:
        """The device's status byte."""
        return self._byte(STATUS)

    @status.setter
    def status(self, status: int) -> None:
        if len(self.area) > STATUS:
            self.area[STATUS] = status & 0xFF

    @property
    def vrings(self) -> int:
        """How many rings it has."""
        return self._byte(VRING_COUNT)

    def vring(self, index: int, field: int) -> int:
        """A word of one ring."""
        return self.word(VRINGS + VRING_SIZE * index + field)

    def notify_id_places(self) -> Iterator[int]:
        """Where the device's and then the rings' numbers stand."""
        yield NOTIFY_ID
        for index in range(self.vrings):
            yield VRINGS + VRING_SIZE * index + VRING_NOTIFY_ID

    def config(self, offset: int, length: int) -> memoryview | None:
        """A stretch of the configuration, behind the rings; None when it is not all in it."""
        if offset + length > self.word(CONFIG_LENGTH):
            return None
        start = VRINGS + VRING_SIZE * self.vrings + offset
        stretch = self.area[start : start + length]
        return stretch if len(stretch) == length else None

    def _byte(self, at: int) -> int:
        return self.area[at] if len(self.area) > at else 0
