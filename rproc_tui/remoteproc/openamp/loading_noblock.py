"""Loading by a caller who fetches each piece itself and may take its time (`remoteproc_load_noblock`).

The order is that of a stream: segments first, then the remaining headers, and at last the resource table, which is
read from the processor's memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rproc_tui.model.openamp_state import OpenampState
from rproc_tui.remoteproc.openamp.codes import OpenampError, ReturnCode
from rproc_tui.remoteproc.openamp.firmware_image import FirmwareImage, Range
from rproc_tui.remoteproc.openamp.image_store import Target
from rproc_tui.remoteproc.openamp.life_cycle import present
from rproc_tui.remoteproc.openamp.loading import make_image, map_segment, require_state
from rproc_tui.remoteproc.openamp.memory import mmap
from rproc_tui.remoteproc.openamp.resource_table import handle_rsc_table
from rproc_tui.rpmsg.log_level import ERROR

if TYPE_CHECKING:
    from rproc_tui.remoteproc.openamp.remoteproc import Remoteproc


@dataclass(frozen=True, slots=True)
class Step:
    """What the caller has to do next."""

    image: FirmwareImage
    """To be handed in with the next call."""
    wanted: Range | None = None
    """A piece of the file: to be handed in with the next call, or to be put into the target. None when complete."""
    target: Target | None = None
    memory_size: int = 0
    """Bytes of the target, of which `padding` fills those behind the piece."""
    padding: int = 0
    complete: bool = False
    """Nothing is left to do. In C a piece of length 0 says so, which one without data in the file looks like too."""


def load_noblock(
    remoteproc: Remoteproc | None, data: bytes, offset: int = 0, image: FirmwareImage | None = None
) -> Step:
    """Go on with a piece of an image; the first call brings its beginning. The state stays `ready`.

    EINVAL: not ready, an image of no known kind, a segment or a table without memory. A table that is wrong fails the
    call with its code, unlike in `load`.
    """
    remoteproc = present(remoteproc)
    with remoteproc.lock:
        require_state(remoteproc, OpenampState.READY)
        if image is None:
            image = _begin(remoteproc, data, offset)
        if not image.ready:
            wanted = image.load_header(data, offset)
            if wanted is not None and not image.ready:
                return Step(image, wanted)
        segment = image.next_segment()
        if segment is not None:
            target = map_segment(remoteproc, segment)
            return Step(image, segment.data, target, segment.memory_size, segment.padding)
        wanted = image.load_header(data, offset)
        if wanted is not None:
            return Step(image, wanted)
        _take_table(remoteproc, image)
        remoteproc.bootaddr = image.entry
        return Step(image, complete=True)


def _begin(remoteproc: Remoteproc, data: bytes, offset: int) -> FirmwareImage:
    if remoteproc.loader is None and (offset or not data):
        remoteproc.log(ERROR, "load failure: nothing to identify the image by.\r\n")
        raise OpenampError(ReturnCode.EINVAL)
    return make_image(remoteproc, data)


def _take_table(remoteproc: Remoteproc, image: FirmwareImage) -> None:
    """Act on a copy of the table, as the segments have brought it into memory, and write that back."""
    section = image.locate_rsc_table()
    if section is None:
        return
    mapping = mmap(remoteproc, None, section.da, section.data.length)
    if mapping is None:
        raise OpenampError(ReturnCode.EINVAL)
    table = bytearray(mapping.view)
    handle_rsc_table(remoteproc, memoryview(table), len(table))
    mapping.view[:] = table
    remoteproc.rsc_table = mapping.view
    remoteproc.rsc_io = mapping.io
