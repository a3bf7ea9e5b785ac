from __future__ import annotations

import struct
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.model.openamp_state import OpenampState
from rproc_tui.remoteproc.openamp import SUPPORT_SEEK, ImageStore, OpenampError, ReturnCode, Target, load
from rproc_tui.remoteproc.openamp.elf_image import ElfImage
from rproc_tui.remoteproc.openamp.firmware_image import Range, Segment, TableSection
from tests.remoteproc import images
from tests.remoteproc.images import ANY, Image, table
from tests.remoteproc.openamp.remote import DDR, DTCM, Remote, fails, seekable, streaming, vdev, word

TABLE = table(vdev(notifyid=2))
NOTIFY_ID_AT = 20 + 8
"""Of a table whose only entry is a vdev."""


@dataclass
class Watched:
    """A store over bytes that notes what it is asked, and can be made to fail."""

    image: bytes
    features: int = SUPPORT_SEEK
    first: int = 64
    asked: list[tuple[int, int, int | None]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    cut: int | None = None
    """Number of the request that is answered with one byte less."""
    broken: int | None = None
    """Number of the request that fails."""
    remote: Remote | None = None
    ids_at_segments: set[int] | None = None

    def open(self, path: str) -> bytes:
        self.events.append(f"open {path}")
        return self.image[: self.first]

    def load(self, offset: int, size: int, target: Target | None = None) -> bytes:
        number = len(self.asked)
        self.asked.append((offset, size, None if target is None else target.pa))
        if number == self.broken:
            raise OpenampError(-77)
        data = self.image[offset : offset + size]
        if number == self.cut:
            data = data[:-1]
        if target is not None:
            if self.remote is not None and self.ids_at_segments is None:
                self.ids_at_segments = self.remote.ids
            target.io.write(target.pa, data)
        return data

    def close(self) -> None:
        self.events.append("close")


def two_segments() -> Image:
    return Image(
        table=TABLE,
        table_address=DDR + 0x4000,
        segments=[images.Segment(DTCM, b"code" * 30, 200), images.Segment(DDR, b"data", 0x40)],
    )


@pytest.mark.parametrize("bits", [32, 64])
def test_segments_go_where_their_physical_addresses_say_with_zeros_behind(bits: int) -> None:
    remote = Remote()
    remote.dtcm[:256] = remote.ddr[:256] = b"\xff" * 256
    image = two_segments()
    image.bits = bits
    load(remote.remoteproc, "m4.elf", seekable(image.build()))
    assert bytes(remote.dtcm[:204]) == b"code" * 30 + bytes(80) + b"\xff" * 4
    assert bytes(remote.ddr[:68]) == b"data" + bytes(60) + b"\xff" * 4
    assert remote.remoteproc.bootaddr == 0x101


def test_a_seekable_store_is_asked_for_headers_then_the_table_then_the_segments() -> None:
    remote = Remote()
    content = two_segments().build()
    store = Watched(content, remote=remote)
    load(remote.remoteproc, "m4.elf", store)
    phoff, shoff = 52, 52 + 3 * 32
    strings = word(content, shoff + 2 * 40 + 16), word(content, shoff + 2 * 40 + 20)
    section = word(content, shoff + 40 + 16), len(TABLE)
    segments = [word(content, phoff + 32 * index + 4) for index in range(3)]
    assert store.asked == [
        (phoff, 3 * 32, None),
        (shoff, 3 * 40, None),
        (*strings, None),
        (*section, None),
        (segments[0], 120, 0x7802_0000),
        (segments[1], len(TABLE), DDR + 0x4000),
        (segments[2], 4, DDR),
    ]
    assert store.ids_at_segments == {2, 0, 1}
    assert store.events == ["open m4.elf", "close"]


def test_what_the_beginning_holds_already_is_not_asked_for() -> None:
    content = two_segments().build()
    store = Watched(content, first=len(content))
    load(Remote().remoteproc, "m4.elf", store)
    assert [pa for _, _, pa in store.asked] == [None, 0x7802_0000, DDR + 0x4000, DDR]  # the table, then the segments


def far_headers() -> bytes:
    """An image whose section headers and names lie behind its data, and the table behind those, for a stream."""
    segment, names = b"code", b"\0.resource_table\0.shstrtab\0"
    at, sections = 52 + 32, 3 * 40
    shoff = at + len(segment) + 1000
    names_at = shoff + sections
    table_at = names_at + len(names)
    header = b"\x7fELF\1\1\1" + bytes(9)
    header += struct.pack("<HHIIIIIHHHHHH", 2, 40, 1, 0x101, 52, shoff, 0, 52, 32, 1, 40, 3, 2)
    header += struct.pack("<8I", 1, at, DDR, DDR, 4, 16, 7, 4)
    described = bytes(40)
    described += struct.pack("<10I", 1, 1, 3, DDR + 0x4000, table_at, len(TABLE), 0, 0, 4, 0)
    described += struct.pack("<10I", 17, 3, 0, 0, names_at, len(names), 0, 0, 1, 0)
    return header + segment + bytes(1000) + described + names + TABLE


def test_a_stream_has_its_segments_first_then_section_headers_then_the_table() -> None:
    remote = Remote()
    content = far_headers()
    store = Watched(content, features=0, remote=remote, first=90)
    load(remote.remoteproc, "m4.elf", store)
    assert [pa for _, _, pa in store.asked] == [DDR, None, None, None]
    assert [offset for offset, _, _ in store.asked] == sorted(offset for offset, _, _ in store.asked)
    assert store.ids_at_segments == set()
    assert remote.ids == {2, 0, 1}
    assert bytes(remote.ddr[0x4000 : 0x4000 + len(TABLE)]) == bytes(remote.remoteproc.rsc_table or b"")


def test_a_real_stream_loads_such_an_image_too() -> None:
    remote = Remote()
    load(remote.remoteproc, "m4.elf", streaming(far_headers(), 90))
    assert remote.ids == {2, 0, 1}
    assert remote.log == []


def test_headers_that_follow_at_once_are_read_from_a_stream_as_well() -> None:
    remote = Remote()
    store = Watched(two_segments().build(), features=0, remote=remote, first=52 + 3 * 32)
    load(remote.remoteproc, "m4.elf", store)
    assert store.asked[0] == (52 + 3 * 32, 3 * 40, None)


def test_a_stream_that_has_passed_its_names_goes_without_a_table() -> None:
    remote = Remote()
    content = bytearray(far_headers())
    shoff = 52 + 32 + 4 + 1000
    content[shoff + 2 * 40 + 16 : shoff + 2 * 40 + 20] = struct.pack("<I", 84)  # the names lie in the data
    load(remote.remoteproc, "m4.elf", streaming(bytes(content), 84))
    assert remote.log == [(4, "not all the headers are loaded\r\n")]
    assert remote.remoteproc.rsc_table is None
    assert remote.state is OpenampState.READY


def test_a_stream_that_keeps_enough_finds_a_table_among_the_data() -> None:
    content = two_segments().build()
    remote = Remote()
    load(remote.remoteproc, "m4.elf", streaming(content, 64, keep=len(content)))
    assert remote.remoteproc.rsc_table is not None


def test_the_table_as_it_was_acted_on_is_written_to_its_address_and_kept() -> None:
    remote = Remote()
    load(remote.remoteproc, "m4.elf", seekable(two_segments().build()))
    held = remote.remoteproc.rsc_table
    assert held is not None
    assert word(held, NOTIFY_ID_AT) == 2
    assert word(TABLE, NOTIFY_ID_AT + 20 + 12) == ANY
    assert [word(held, NOTIFY_ID_AT + 20 + 20 * ring + 12) for ring in range(2)] == [0, 1]
    held[NOTIFY_ID_AT] = 9
    assert remote.ddr[0x4000 + NOTIFY_ID_AT] == 9
    assert remote.remoteproc.rsc_io is not None


@pytest.mark.parametrize(
    "content",
    [table(version=2), b"short", table(images.carveout(reserved=1)), table(vdev(notifyid=64))],
    ids=["version", "short", "carveout", "notify id"],
)
def test_a_wrong_table_is_dropped_and_the_rest_is_loaded(content: bytes) -> None:
    remote = Remote()
    image = two_segments()
    image.table = content
    load(remote.remoteproc, "m4.elf", seekable(image.build()))
    assert remote.state is OpenampState.READY
    assert remote.remoteproc.rsc_table is None
    assert bytes(remote.ddr[:4]) == b"data"
    assert remote.log == []


def test_loading_again_drops_a_table_whose_notify_ids_are_taken_by_itself() -> None:
    remote = Remote()
    content = two_segments().build()
    load(remote.remoteproc, "m4.elf", seekable(content))
    first = remote.remoteproc.rsc_table
    load(remote.remoteproc, "m4.elf", seekable(content))
    assert remote.remoteproc.rsc_table is first
    assert word(remote.ddr, 0x4000 + NOTIFY_ID_AT + 20 + 12) == ANY  # as the segment brought it


def test_a_table_whose_address_is_no_memory_is_told_and_left_out() -> None:
    remote = Remote()
    content = bytearray(far_headers())
    at = 52 + 32 + 4 + 1000 + 40 + 12
    content[at : at + 4] = struct.pack("<I", 0x6000_0000)
    load(remote.remoteproc, "m4.elf", seekable(bytes(content)))
    assert remote.log == [(4, "load: not able to update rsc table.\r\n")]
    assert remote.remoteproc.rsc_table is None


def test_an_image_without_a_table_loads() -> None:
    remote = Remote()
    load(remote.remoteproc, "m4.elf", seekable(Image(table=None, segments=[images.Segment(DDR, b"x")]).build()))
    assert remote.remoteproc.rsc_table is None
    assert remote.ddr[0] == ord("x")


# What a kernel would refuse.


@pytest.mark.parametrize(
    ("at", "value"),
    [(4, 9), (5, 2), (6, 0), (16, 0xFF), (18, 0xFF)],
    ids=["class", "endian", "version", "type", "machine"],
)
def test_four_bytes_make_an_elf_file_and_nothing_else_is_checked(at: int, value: int) -> None:
    remote = Remote()
    content = bytearray(Image(table=None, segments=[images.Segment(DDR, b"x")]).build())
    content[at] = value
    load(remote.remoteproc, "m4.elf", seekable(bytes(content)))
    assert remote.ddr[0] == ord("x")


def test_an_image_without_segments_is_loaded() -> None:
    remote = Remote(state=OpenampState.CONFIGURED)
    load(remote.remoteproc, "m4.elf", seekable(Image(table=None, segments=[]).build()))
    assert (remote.state, remote.remoteproc.bootaddr) == (OpenampState.READY, 0x101)


def test_program_headers_are_as_far_apart_as_the_header_says() -> None:
    content = bytearray(Image(table=None, segments=[images.Segment(DDR, b"a"), images.Segment(DTCM, b"b")]).build())
    first, second = content[52:84], content[84:116]
    moved = len(content)
    content += first + b"pad!" + second + b"pad!"
    content[28:32] = struct.pack("<I", moved)
    content[42:44] = struct.pack("<H", 36)
    remote = Remote()
    load(remote.remoteproc, "m4.elf", seekable(bytes(content)))
    assert (remote.ddr[0], remote.dtcm[0]) == (ord("a"), ord("b"))


def test_data_that_is_longer_than_the_memory_asked_for_goes_on_behind_it() -> None:
    remote = Remote()
    image = Image(table=None, segments=[images.Segment(DDR, b"0123456789", 4)])
    load(remote.remoteproc, "m4.elf", seekable(image.build()))
    assert bytes(remote.ddr[:11]) == b"0123456789\0"


def test_once_recognised_every_image_is_taken_for_one_of_that_kind() -> None:
    remote = Remote()
    load(remote.remoteproc, "m4.elf", seekable(Image(table=None, segments=[]).build()))
    assert remote.remoteproc.loader is ElfImage
    load(remote.remoteproc, "zeros.bin", seekable(bytes(200)))
    assert remote.remoteproc.bootaddr == 0


def test_a_loader_that_was_set_before_is_used() -> None:
    class Raw:
        """A flat image for the start of DDR."""

        ready = True
        entry = 4

        def __init__(self) -> None:
            self.left = [Segment(DDR, Range(0, 3), 8, padding=0xEE)]

        def load_header(self, _data: bytes, _offset: int) -> Range | None:
            return None

        def next_segment(self) -> Segment | None:
            return self.left.pop() if self.left else None

        def locate_rsc_table(self) -> TableSection | None:
            return None

    remote = Remote()
    remote.remoteproc.loader = Raw
    load(remote.remoteproc, "raw.bin", seekable(b"rawdata"))
    assert bytes(remote.ddr[:9]) == b"raw" + b"\xee" * 5 + b"\0"
    assert remote.remoteproc.bootaddr == 4


# What fails.


def broken(content: bytes, at: int, value: int) -> bytes:
    return content[:at] + struct.pack("<I", value) + content[at + 4 :]


GOOD = two_segments().build()


@pytest.mark.parametrize(
    ("content", "log"),
    [
        (b"", []),
        (b"\x7fEL", []),
        (b"not an image at all", []),
        (GOOD[:40], []),
        (GOOD[:60], []),
        (broken(GOOD, 28, 0x7FFF_FFFF), []),
        (broken(GOOD, 32, 0x7FFF_FFFF), []),
        (GOOD[:48] + struct.pack("<HH", 3, 3) + GOOD[52:], []),
        (broken(GOOD, 52 + 12, 0x6000_0000), [(3, "load failed, no mapping for 0x60000000.\r\n")]),
        (broken(GOOD, 52 + 20, 0), [(3, "load failed, no mapping for 0x20000000.\r\n")]),
        (broken(GOOD, 52 + 20, 0x1_0001), [(3, "load failed, no mapping for 0x20000000.\r\n")]),
        (broken(GOOD, 52 + 4, 0x7FFF_FFFF), []),
        (broken(GOOD, 52 + 16, 0x2_0000), []),
    ],
    ids=[
        "empty",
        "magic",
        "no ELF",
        "header",
        "program headers",
        "program headers elsewhere",
        "section headers elsewhere",
        "no section has the names",
        "no memory",
        "memory size 0",
        "too large for its memory",
        "data elsewhere",
        "data beyond the file",
    ],
)
def test_what_cannot_be_loaded_is_invalid_and_the_store_is_closed(content: bytes, log: list[tuple[int, str]]) -> None:
    remote = Remote(state=OpenampState.CONFIGURED)
    store = Watched(content)
    with fails(ReturnCode.EINVAL):
        load(remote.remoteproc, "m4.elf", store)
    assert store.events == (["open m4.elf", "close"] if content else ["open m4.elf"])
    assert remote.log == log
    assert remote.state is OpenampState.CONFIGURED
    assert remote.remoteproc.bootaddr == 0


def test_no_store_and_the_wrong_state_are_logged_and_the_state_comes_first() -> None:
    remote = Remote()
    with fails(ReturnCode.EINVAL):
        load(remote.remoteproc, "m4.elf", None)
    remote.remoteproc.state = OpenampState.STOPPED
    with fails(ReturnCode.EINVAL):
        load(remote.remoteproc, "m4.elf", None)
    assert remote.log == [
        (3, "load failure: loader ops is not set.\r\n"),
        (3, "load failure: invalid rproc state 6.\r\n"),
    ]


class Refusing(Watched):
    def open(self, path: str) -> bytes:
        raise OpenampError(-77)


def test_a_store_that_does_not_open_is_invalid_whatever_its_code() -> None:
    store = Refusing(b"")
    with fails(ReturnCode.EINVAL):
        load(Remote().remoteproc, "m4.elf", store)
    assert store.events == []


# two_segments from a seekable store: 3 requests for headers, 1 for the table, 3 for segments
@pytest.mark.parametrize(("number", "fatal"), [(0, True), (1, True), (2, True), (3, False), (4, True), (6, True)])
def test_a_short_answer_fails_the_load_unless_it_is_the_table(number: int, fatal: bool) -> None:
    remote = Remote()
    store = Watched(GOOD, cut=number)
    if fatal:
        with fails(ReturnCode.EINVAL):
            load(remote.remoteproc, "m4.elf", store)
    else:
        load(remote.remoteproc, "m4.elf", store)
        assert remote.remoteproc.rsc_table is None
    assert store.events[-1] == "close"


@pytest.mark.parametrize(("number", "code"), [(0, -77), (2, -77), (3, None), (4, -2), (6, -2)])
def test_a_stores_own_code_is_passed_on_for_headers_only(number: int, code: int | None) -> None:
    remote = Remote()
    seen: int | None = None
    try:
        load(remote.remoteproc, "m4.elf", Watched(GOOD, broken=number))
    except OpenampError as error:
        seen = error.code
    assert seen == code


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_image_does_anything_but_load_or_fail_with_a_code(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([GOOD, far_headers()])))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    image = bytes(content[: data.draw(st.integers(0, len(content)))])
    remote = Remote()
    first = data.draw(st.sampled_from([1, 52, 64, 512]))
    store: ImageStore = seekable(image, first) if data.draw(st.booleans()) else streaming(image, first)
    seen: int = ReturnCode.EINVAL
    try:
        load(remote.remoteproc, "m4.elf", store)
    except OpenampError as error:
        seen = error.code
    assert seen == ReturnCode.EINVAL
    assert remote.state is OpenampState.READY
    assert not remote.remoteproc.lock.locked()
