import errno

import pytest

from rproc_tui.remoteproc.profile import V5_10, V5_19, V6_12
from tests.remoteproc.images import DDR, DTCM, ITCM, Image, Segment
from tests.remoteproc.rig import Rig, refused

BASE = [Segment(ITCM, b"code")]


@pytest.mark.parametrize(
    ("segment", "message"),
    [
        (Segment(DDR, b"12345678", memsz=4), "bad phdr filesz 0x8 memsz 0x4"),
        (Segment(DDR, b"1234", filesz=0x8000, memsz=0x8000, offset=0x100), "truncated fw: need 0x8100 avail {size}"),
        (Segment(DDR, b"1234", offset=0xFFFF_FFFF), "truncated fw: need 0x100000003 avail {size}"),
        (Segment(DDR, b"", memsz=4, offset=0x10000), "truncated fw: need 0x10000 avail {size}"),
        (Segment(0x1000_0000, b"1234"), "bad phdr da 0x10000000 mem 0x4"),
        (Segment(DDR, b"", memsz=0x10_0001), "bad phdr da 0x80000000 mem 0x100001"),
        (Segment(DDR + 0x10_0000 - 2, b"1234"), "bad phdr da 0x800ffffe mem 0x4"),
        (Segment(DDR - 4, b"12345678"), "bad phdr da 0x7ffffffc mem 0x8"),
    ],
)
def test_a_segment_that_cannot_be_loaded_fails_the_boot(segment: Segment, message: str) -> None:
    rig = Rig()
    image = Image(segments=[*BASE, segment])
    with refused(errno.EINVAL):
        rig.start(image)
    said = rig.lines()
    assert said[2:] == [
        "<3> " + message.format(size=hex(len(image.build()))),
        "<3> Failed to load program segments: -22",
        "<3> Boot failed: -22",
    ]
    rig.assert_nothing_is_held()


def test_segments_go_where_their_physical_address_says_with_zeros_behind() -> None:
    rig = Rig()
    rig.driver.ddr.view[:16] = b"\xaa" * 16
    rig.start(Image(segments=[Segment(ITCM, b"code"), Segment(DDR, b"data", memsz=8)]))
    assert bytes(rig.driver.itcm[:4]) == b"code"
    assert bytes(rig.driver.ddr.view[:16]) == b"data" + bytes(4) + b"\xaa" * 8


def test_only_loadable_segments_are_looked_at() -> None:
    rig = Rig()
    rig.start(Image(segments=[Segment(ITCM, b"code"), Segment(0x1000_0000, b"note", type=4)]))
    assert rig.read("state") == "running\n"


def test_segments_before_a_bad_one_stay_loaded() -> None:
    rig = Rig()
    with refused(errno.EINVAL):
        rig.start(Image(segments=[Segment(ITCM, b"code"), Segment(0x1000_0000, b"1234")]))
    assert bytes(rig.driver.itcm[:4]) == b"code"


def test_an_empty_segment_needs_an_address_only_on_old_kernels() -> None:
    image = Image(segments=[*BASE, Segment(0x1000_0000, b"", memsz=0)])
    for profile in (V5_19, V6_12):
        rig = Rig(profile)
        rig.start(image)
        assert rig.read("state") == "running\n"
    rig = Rig(V5_10)
    with refused(errno.EINVAL):
        rig.start(image)
    assert "<3> bad phdr da 0x10000000 mem 0x0" in rig.lines()


def test_an_address_above_4_gib_counts_by_its_lower_half_in_carveouts() -> None:
    """The difference of two addresses is kept in an int."""
    rig = Rig()
    rig.start(Image(bits=64, segments=[Segment(ITCM, b"code"), Segment(0x5_0000_0000 + DDR, b"data")]))
    assert bytes(rig.driver.ddr.view[:4]) == b"data"


def test_a_driver_knows_memory_that_is_no_carveout() -> None:
    rig = Rig()
    rig.start()
    for da, length, found in ((DTCM, 4, True), (DTCM + 0x10000 - 4, 4, True), (DTCM + 0x10000 - 3, 4, False)):
        assert (rig.rproc.da_to_va(da, length) is not None) == found
