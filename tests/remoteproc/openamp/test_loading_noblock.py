from __future__ import annotations

import struct

import pytest

from rproc_tui.model.openamp_state import OpenampState
from rproc_tui.remoteproc.openamp import IoRegion, ReturnCode, Step, load, load_noblock
from tests.remoteproc import images
from tests.remoteproc.images import Image, table
from tests.remoteproc.openamp.remote import DDR, DTCM, Remote, fails, seekable, vdev, word

TABLE = table(vdev(notifyid=2))


def image(content: bytes = TABLE, *more: images.Segment) -> bytes:
    segments = [images.Segment(DTCM, b"code" * 30, 200), images.Segment(DDR, b"data", 0x40), *more]
    return Image(table=content, table_address=DDR + 0x4000, segments=segments).build()


def fetch(remote: Remote, content: bytes, first: int = 64) -> list[Step]:
    """What an application does: bring what is wanted, or put it where it belongs."""
    data, offset, steps = content[:first], 0, [load_noblock(remote.remoteproc, content[:first])]
    while not steps[-1].complete:
        step = steps[-1]
        assert step.wanted is not None
        piece = content[step.wanted.offset :][: step.wanted.length]
        if step.target is None:
            data, offset = piece, step.wanted.offset
        else:
            rest = bytes([step.padding]) * (step.memory_size - len(piece))
            step.target.io.write(step.target.pa, piece + rest)
        steps.append(load_noblock(remote.remoteproc, data, offset, step.image))
    return steps


def test_it_loads_what_load_loads() -> None:
    content = image()
    remote, other = Remote(), Remote()
    fetch(remote, content)
    load(other.remoteproc, "m4.elf", seekable(content))
    assert (remote.ddr, remote.dtcm, remote.tcm) == (other.ddr, other.dtcm, other.tcm)
    assert (remote.ids, remote.remoteproc.bootaddr) == (other.ids, 0x101)
    assert bytes(remote.remoteproc.rsc_table or b"") == bytes(other.remoteproc.rsc_table or b"-")
    assert remote.state is OpenampState.READY


def test_the_order_is_that_of_a_stream() -> None:
    steps = fetch(Remote(), image(), first=10)
    kinds = ["complete" if s.complete else "header" if s.target is None else "segment" for s in steps]
    assert kinds == ["header", "header", "segment", "segment", "segment", "header", "header", "complete"]


def test_a_segment_without_data_in_the_file_is_not_the_end() -> None:
    remote = Remote()
    remote.ddr[0x100] = 0xFF
    steps = fetch(remote, image(TABLE, images.Segment(DDR + 0x100, b"", 16)))
    bss = [step for step in steps if step.wanted is not None and step.wanted.length == 0]
    assert [(step.memory_size, step.complete) for step in bss] == [(16, False)]
    assert remote.ddr[0x100] == 0


def test_an_image_that_is_all_there_needs_no_more_headers() -> None:
    content = image()
    assert all(step.target is not None or step.complete for step in fetch(Remote(), content, len(content)))


@pytest.mark.parametrize(("data", "offset"), [(b"", 0), (b"\x7fELF", 4), (b"no image", 0)])
def test_what_cannot_be_recognised_is_invalid(data: bytes, offset: int) -> None:
    with fails(ReturnCode.EINVAL):
        load_noblock(Remote().remoteproc, data, offset)


def test_only_a_ready_processor_is_loaded() -> None:
    remote = Remote(state=OpenampState.CONFIGURED)
    with fails(ReturnCode.EINVAL):
        load_noblock(remote.remoteproc, image())
    assert remote.log == [(3, "load failure: invalid rproc state 1.\r\n")]


def test_a_segment_without_memory_is_invalid() -> None:
    remote = Remote()
    content = Image(table=None, segments=[images.Segment(0x6000_0000, b"x")]).build()
    with fails(ReturnCode.EINVAL):
        load_noblock(remote.remoteproc, content)
    assert remote.log == [(3, "load failed, no mapping for 0x60000000.\r\n")]


def test_a_wrong_table_fails_with_its_code() -> None:
    with fails(ReturnCode.RSC_TAB_VER):
        fetch(Remote(), image(table(version=2)))


def test_a_table_without_memory_is_invalid() -> None:
    content = bytearray(Image(table=TABLE, table_address=DDR + 0x4000, segments=[]).build())
    shoff = word(bytes(content), 32)
    content[shoff + 40 + 12 : shoff + 40 + 16] = struct.pack("<I", 0x6000_0000)
    with fails(ReturnCode.EINVAL):
        fetch(Remote(), bytes(content))


def test_the_target_is_where_the_memory_is() -> None:
    remote = Remote()
    step = load_noblock(remote.remoteproc, image(), 0)
    assert step.target is not None
    assert isinstance(step.target.io, IoRegion)
    assert step.target.io.view is remote.dtcm


def test_an_image_without_a_table_completes() -> None:
    remote = Remote()
    fetch(remote, Image(table=None, segments=[images.Segment(DDR, b"x")]).build())
    assert (remote.remoteproc.rsc_table, remote.remoteproc.bootaddr) == (None, 0x101)


def test_an_image_says_nothing_of_a_table_before_its_headers_are_complete() -> None:
    unfinished = load_noblock(Remote().remoteproc, image()[:64]).image
    with fails(ReturnCode.LOADER_STATE):
        unfinished.locate_rsc_table()
