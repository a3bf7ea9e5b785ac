"""Loading an image from a store into the processor's memory (`remoteproc_load`).

The resource table is acted on before the segments where the store can seek, and after them where it cannot. Nothing
is undone on failure. A header that comes up short is EINVAL here; in C the call then answers the short length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rproc_tui.model.openamp_state import OpenampState
from rproc_tui.remoteproc.openamp.codes import OpenampError, ReturnCode
from rproc_tui.remoteproc.openamp.elf_image import ElfImage, is_elf
from rproc_tui.remoteproc.openamp.firmware_image import FirmwareImage, Range, Segment, TableSection
from rproc_tui.remoteproc.openamp.image_store import SUPPORT_SEEK, ImageStore, Target
from rproc_tui.remoteproc.openamp.life_cycle import present
from rproc_tui.remoteproc.openamp.memory import mmap
from rproc_tui.remoteproc.openamp.resource_table import handle_rsc_table
from rproc_tui.rpmsg.log_level import ERROR, WARNING

if TYPE_CHECKING:
    from rproc_tui.remoteproc.openamp.remoteproc import Remoteproc


def load(remoteproc: Remoteproc | None, path: str, store: ImageStore | None) -> FirmwareImage:
    """Put an image into memory; the state is `ready` afterwards. The answer is what is known of the image.

    EINVAL: neither ready nor configured, no store, a store that does not open, an image of no known kind, one that
    ends too early, a segment without memory or with a size of 0. A resource table that cannot be had or is wrong is
    left out without a word.
    """
    remoteproc = present(remoteproc)
    with remoteproc.lock:
        require_state(remoteproc, OpenampState.READY, OpenampState.CONFIGURED)
        if store is None:
            remoteproc.log(ERROR, "load failure: loader ops is not set.\r\n")
            raise OpenampError(ReturnCode.EINVAL)
        beginning = _open(store, path)
        try:
            image = make_image(remoteproc, beginning)
            _load(remoteproc, image, store, beginning)
        finally:
            store.close()
        return image


def require_state(remoteproc: Remoteproc, *allowed: OpenampState) -> None:
    """EINVAL in any other state, and a line in the log."""
    if remoteproc.state not in allowed:
        remoteproc.log(ERROR, f"load failure: invalid rproc state {remoteproc.state.value}.\r\n")
        raise OpenampError(ReturnCode.EINVAL)


def _open(store: ImageStore, path: str) -> bytes:
    try:
        beginning = store.open(path)
    except OpenampError as error:
        raise OpenampError(ReturnCode.EINVAL) from error
    if not beginning:
        raise OpenampError(ReturnCode.EINVAL)
    return beginning


def make_image(remoteproc: Remoteproc, beginning: bytes) -> FirmwareImage:
    """Choose a loader by the first bytes, unless one was chosen before; EINVAL when none takes them."""
    if remoteproc.loader is None:
        if not is_elf(beginning):
            raise OpenampError(ReturnCode.EINVAL)
        remoteproc.loader = ElfImage
    return remoteproc.loader()


def _load(remoteproc: Remoteproc, image: FirmwareImage, store: ImageStore, beginning: bytes) -> None:
    complete = _load_headers(image, store, beginning)
    section = image.locate_rsc_table() if complete else None
    table = None if section is None else _read_table(remoteproc, store, section)
    while (segment := image.next_segment()) is not None:
        _load_segment(remoteproc, store, segment)
    if not complete and _load_late_headers(remoteproc, image, store):
        section = image.locate_rsc_table()
        table = None if section is None else _read_table(remoteproc, store, section)
    if section is not None and table is not None:
        _place_table(remoteproc, section, table)
    remoteproc.bootaddr = image.entry
    remoteproc.state = OpenampState.READY


def _load_headers(image: FirmwareImage, store: ImageStore, data: bytes) -> bool:
    """Feed the image with its headers; False when a store that cannot seek has the rest behind the data."""
    offset = 0
    while (wanted := image.load_header(data, offset)) is not None:
        ahead = wanted.offset > offset + len(data)
        if image.ready and ahead and not store.features & SUPPORT_SEEK:
            return False
        data, offset = _fetch(store, wanted), wanted.offset
    return True


def _load_late_headers(remoteproc: Remoteproc, image: FirmwareImage, store: ImageStore) -> bool:
    """The headers behind the data; False when the stream has not got them all, which is no failure."""
    data, offset = b"", 0
    while (wanted := image.load_header(data, offset)) is not None:
        try:
            data, offset = _fetch(store, wanted), wanted.offset
        except OpenampError:
            remoteproc.log(WARNING, "not all the headers are loaded\r\n")
            return False
    return True


def _fetch(store: ImageStore, wanted: Range) -> bytes:
    """A whole range of the image; EINVAL when the store has less."""
    data = store.load(wanted.offset, wanted.length)
    if len(data) < wanted.length:
        raise OpenampError(ReturnCode.EINVAL)
    return data


def _read_table(remoteproc: Remoteproc, store: ImageStore, section: TableSection) -> bytearray | None:
    """A copy of the table that was acted on; None when that went wrong."""
    try:
        table = bytearray(_fetch(store, section.data)[: section.data.length])
        handle_rsc_table(remoteproc, memoryview(table), len(table))
    except OpenampError:
        return None
    return table


def _load_segment(remoteproc: Remoteproc, store: ImageStore, segment: Segment) -> None:
    """Data from the store straight into the memory, padding behind it."""
    target = map_segment(remoteproc, segment)
    length = segment.data.length
    if length:
        try:
            loaded = store.load(segment.data.offset, length, target)
        except OpenampError as error:
            raise OpenampError(ReturnCode.EINVAL) from error
        if len(loaded) != length:
            raise OpenampError(ReturnCode.EINVAL)
    if segment.memory_size > length:
        target.io.write(target.pa + length, bytes([segment.padding]) * (segment.memory_size - length))


def map_segment(remoteproc: Remoteproc, segment: Segment) -> Target:
    """The memory of a segment, found by its device address; EINVAL, and a line in the log, when there is none."""
    mapping = mmap(remoteproc, None, segment.da, segment.memory_size)
    if mapping is None:
        remoteproc.log(ERROR, f"load failed, no mapping for {segment.da:#x}.\r\n")
        raise OpenampError(ReturnCode.EINVAL)
    return Target(mapping.pa, mapping.io)


def _place_table(remoteproc: Remoteproc, section: TableSection, table: bytearray) -> None:
    """Write the table that was acted on to where the firmware has it, and keep that place."""
    mapping = mmap(remoteproc, None, section.da, len(table))
    if mapping is None:
        remoteproc.log(WARNING, "load: not able to update rsc table.\r\n")
        return
    mapping.io.write(mapping.pa, table)
    remoteproc.rsc_table = mapping.view
    remoteproc.rsc_io = mapping.io
